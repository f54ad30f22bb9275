#pragma once
#include <hookswitch/kafka/consumer.hpp>
#include <hookswitch/kafka/producer.hpp>
#include <hookswitch/kafka/topic_reader.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/test_topics.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace hookswitch::kafka {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A producer and what it has reported so far.
class Sender {
 public:
  explicit Sender(ProducerOptions options)
      : producer_(
            options, [this](std::uint64_t token, Delivery delivery) { note(token, delivery); },
            [this] { ++wake_ups_; }) {}
  explicit Sender(const std::string& brokers) : Sender(options_for(brokers)) {}

  static ProducerOptions options_for(const std::string& brokers) {
    ProducerOptions options;
    options.brokers = brokers;
    options.client_id = "kafka-test";
    return options;
  }

  Producer& producer() { return producer_; }
  [[nodiscard]] std::map<std::uint64_t, Delivery> reports() const {
    const std::lock_guard lock(mutex_);
    return reports_;
  }
  [[nodiscard]] int repeated() const {
    const std::lock_guard lock(mutex_);
    return repeated_;
  }
  [[nodiscard]] std::size_t wake_ups() const { return wake_ups_; }
  /// Produces and waits for the report.
  Delivery send(const events::OutboundRecord& record) {
    const std::uint64_t token = ++next_token_;
    if (producer_.produce(record, token) != Enqueued::accepted)
      throw std::runtime_error("not accepted");
    testkit::wait_until("a delivery report", seconds(20),
                        [&] { return reports().contains(token); });
    return reports().at(token);
  }

 private:
  void note(std::uint64_t token, Delivery delivery) {
    const std::lock_guard lock(mutex_);
    if (!reports_.emplace(token, delivery).second) ++repeated_;
  }

  mutable std::mutex mutex_;
  std::map<std::uint64_t, Delivery> reports_;
  int repeated_ = 0;
  std::atomic<std::size_t> wake_ups_{0};
  std::uint64_t next_token_ = 1'000'000;
  Producer producer_;
};

inline events::OutboundRecord record_for(const std::string& topic, std::string key,
                                         std::string value) {
  return {topic, std::move(key), std::move(value), {}};
}

/// Hands over 50 records, among which a fatal error is to come, and waits until the producer has a
/// new client and has reported them; how many it had accepted.
inline std::uint64_t send_until_rebuilt(Sender& sender) {
  std::uint64_t accepted = 0;
  for (std::uint64_t token = 1; token <= 50; ++token) {
    if (sender.producer().produce(record_for("mock", "k", "v"), token) == Enqueued::accepted)
      ++accepted;
  }
  testkit::wait_until(
      "a new producer", seconds(20), [&] { return sender.producer().health().rebuilt == 1; },
      [&] { return sender.producer().health().last_error; });
  if (!sender.producer().flush(seconds(20))) throw std::runtime_error("not all was reported");
  return accepted;
}

/// Everything that is in the topic now, as (key, value) texts by partition and offset.
inline std::vector<events::InboundRecord> read_all(const std::string& brokers,
                                                   const std::string& topic) {
  TopicReader reader({brokers, "kafka-test", topic}, seconds(10));
  std::vector<events::InboundRecord> records;
  testkit::wait_until("the end of " + topic, seconds(20), [&] {
    while (auto record = reader.poll(milliseconds(20))) records.push_back(std::move(*record));
    return reader.at_start_end();
  });
  return records;
}

inline ConsumerOptions member(const std::string& brokers, const std::string& group,
                              const std::string& topic, std::string instance = {}) {
  ConsumerOptions options;
  options.brokers = brokers;
  options.client_id = "kafka-test";
  options.group = group;
  options.group_instance = std::move(instance);
  options.topics = {topic};
  return options;
}

/// Polls until there is a record.
inline events::InboundRecord next_of(Consumer& consumer) {
  std::optional<events::InboundRecord> record;
  testkit::wait_until("a record", seconds(20), [&] {
    record = consumer.poll(milliseconds(50));
    return record.has_value();
  });
  return std::move(*record);
}

}  // namespace hookswitch::kafka
