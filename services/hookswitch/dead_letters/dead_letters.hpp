#pragma once
#include <hookswitch/events/record.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What lies on a `….dlq` topic, folded to what is still open. Replaying or discarding writes a
/// marker into the same topic: no value, dlq_action = replayed | discarded, dlq_of =
/// <topic>/<partition>/<offset> of the dead letter. A message that dies again is a new record
/// without a marker, so it is open again. Pure.
namespace hookswitch::cli {

inline constexpr std::string_view dead_letter_suffix = ".dlq";

struct DeadLetter {
  std::string id;          ///< ce_id, or <dlq topic>/<partition>/<offset> when it has none
  std::string topic;       ///< where it was published before it died, without the service
  std::string service;     ///< who could not handle it
  events::Position place;  ///< of the latest record
  std::vector<events::Position> places;  ///< of every open record of this message
  events::OutboundRecord record;         ///< the latest, as it lies on the dead-letter topic

  /// The last header of that name, or empty.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// Which ones a command is about: empty fields do not choose.
struct DeadLetterChoice {
  std::vector<std::string> ids;
  std::string topic;  ///< the original or the dead-letter topic
  std::string service;
  std::string reason;
  [[nodiscard]] bool covers(const DeadLetter& letter) const;
};

class DeadLetters {
 public:
  /// Takes a dead-letter topic's records, each partition in offset order.
  void add(const events::InboundRecord& record);
  /// One for each message and dead-letter topic, in the order in which they died.
  [[nodiscard]] std::vector<DeadLetter> open() const;

 private:
  struct Record {
    events::Position place;
    events::OutboundRecord record;
  };
  std::vector<Record> records_;
  std::set<std::string> closed_;  ///< places that a marker names
};

/// The same message for `<topic>.<service>.retry`: original key, value, headers and ce_id, and of
/// the dlq_… headers only dlq_topic, dlq_partition and dlq_offset, which tell the consumer the
/// original place, and dlq_first_failed_at.
[[nodiscard]] events::OutboundRecord replay_of(const DeadLetter& letter);

/// The markers that close it. `action`: "replayed" or "discarded".
[[nodiscard]] std::vector<events::OutboundRecord> markers_of(const DeadLetter& letter,
                                                             std::string_view action);

}  // namespace hookswitch::cli
