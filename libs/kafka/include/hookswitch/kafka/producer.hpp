#pragma once
#include <hookswitch/events/record.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// librdkafka behind RAII: the only library that includes it. Settings of reliability.md §2.5 are
/// built in.
namespace hookswitch::kafka {

struct ProducerOptions {
  std::string brokers;
  std::string client_id;
  std::chrono::milliseconds linger{1};
  /// How long librdkafka keeps trying; 0: for ever (the outbox).
  std::chrono::milliseconds message_timeout{60'000};
  std::size_t queue_messages_max = 20'000;
  std::size_t queue_kilobytes_max = 65'536;
  std::size_t message_bytes_max = std::size_t{4} * 1024 * 1024 + 65'536;  ///< HTTP cap + 64 KiB
  std::string compression = "none";
  /// Requests that a broker may hold unanswered. With more than 1 (5 at most) records of a key may
  /// be said out of order (docs/decisions/0095): for who promises none.
  std::size_t requests_in_flight_max = 1;
};

/// What became of one record.
enum class Delivery {
  durable,   ///< acks=all: every in-sync replica has it
  not_sent,  ///< it is certainly not on the bus
  in_doubt,  ///< it may be on the bus: no broker has said where
};

enum class Enqueued { accepted, queue_full, too_large, unknown_topic, fatal };

struct ProducerHealth {
  bool reachable =
      true;  ///< no all-brokers-down since the last sign of life (asked for each second while away)
  std::string last_error;
  std::uint64_t rebuilt = 0;  ///< fatal errors survived with a new librdkafka producer
};

/// Idempotent, acks=all, murmur2_random. Thread safe. On a fatal error it makes a new librdkafka
/// producer itself (librdkafka #4438), after every outstanding record has been reported.
class Producer {
 public:
  /// Called for each record, exactly once for each accepted one, on the thread that takes the
  /// reports: the producer's own unless it is told another (have_reports_taken). Never by two
  /// threads at a time. Must not block, throw or call the Producer.
  using Report = std::function<void(std::uint64_t token, Delivery delivery)>;
  /// Called after a run of Reports, on the same thread: one wake-up for many.
  using ReportsDone = std::function<void()>;

  Producer(const ProducerOptions& options, Report report, ReportsDone reports_done = {});
  /// Waits for nothing: flush() first. Records still queued are reported not_sent or in_doubt.
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  /// Never blocks. Copies key, value and headers. After anything but `accepted` no Report comes.
  /// `value` nothing writes a tombstone.
  [[nodiscard]] Enqueued produce(std::string_view topic, std::string_view key,
                                 std::optional<std::string_view> value,
                                 const events::Headers& headers, std::uint64_t token);
  [[nodiscard]] Enqueued produce(const events::OutboundRecord& record, std::uint64_t token);
  /// As produce(), but the value is sent from where it lies: it must stay there, as it is, until
  /// its Report or until the Producer is gone.
  [[nodiscard]] Enqueued produce_in_place(std::string_view topic, std::string_view key,
                                          std::string_view value, const events::Headers& headers,
                                          std::uint64_t token);

  /// From now on `wake` is called when there are reports after there were none, on a thread of
  /// librdkafka's, and is to have take_reports() called soon, on whatever thread: it must not
  /// block, throw or call the Producer, and may still be called while this function runs. Empty:
  /// the producer's own thread takes the reports again, as it does at first. To flush, they must
  /// still be taken by somebody. One thread at a time.
  void have_reports_taken(std::function<void()> wake);
  /// Takes all reports that are there. Waits for nothing but another thread that takes some.
  void take_reports();

  /// Waits until every record is reported; false when `patience` ran out first.
  [[nodiscard]] bool flush(std::chrono::milliseconds patience);
  [[nodiscard]] std::size_t outstanding() const;
  [[nodiscard]] ProducerHealth health() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::kafka
