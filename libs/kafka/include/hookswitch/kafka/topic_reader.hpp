#pragma once
#include <hookswitch/events/record.hpp>
#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/kafka/consumer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookswitch::kafka {

struct TopicReaderOptions {
  std::string brokers;
  std::string client_id;
  std::string topic;
  bool from_beginning = true;
  std::size_t message_bytes_max = std::size_t{4} * 1024 * 1024 + 65'536;
  /// How long the broker may hold an empty answer back. Records are not delayed by it; at 10 ms
  /// idling costs nearly 1 % of a core, so who follows a topic for good takes more.
  std::chrono::milliseconds fetch_wait{10};
};

/// Reads every partition of one topic without a group: explicit offsets,
/// isolation read_committed. One thread uses it. For the directory's copy, `hookswitch tail`,
/// `hookswitch dlq list` and tests.
class TopicReader {
 public:
  /// Throws Unavailable when the broker does not answer within `patience`, or the topic does not
  /// exist.
  TopicReader(const TopicReaderOptions& options, std::chrono::milliseconds patience);
  ~TopicReader();
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;

  [[nodiscard]] std::optional<events::InboundRecord> poll(std::chrono::milliseconds patience);
  /// True once everything that was in the topic when the reader started has been handed out.
  [[nodiscard]] bool at_start_end() const;
  /// The offset that the next record of each partition will have; asks the broker. Throws
  /// Unavailable.
  [[nodiscard]] std::vector<std::int64_t> ends(std::chrono::milliseconds patience) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::kafka
