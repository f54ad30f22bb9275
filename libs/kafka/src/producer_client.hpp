#pragma once
#include "rdkafka.hpp"

#include <hookswitch/kafka/producer.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookswitch::kafka {

/// One librdkafka producer with its topics and its event queue: what is thrown away and made anew
/// after a fatal error.
class ProducerClient {
 public:
  explicit ProducerClient(const ProducerOptions& options);

  [[nodiscard]] rd_kafka_t* get() const { return client_.get(); }
  [[nodiscard]] rd_kafka_queue_t* events() const { return events_.get(); }
  /// Has `wake` called, by a thread of librdkafka that holds the lock of the queue, when there are
  /// events after there were none; nobody any more when it is null. `wake` must stay where it is.
  void wake_on_events(const std::function<void()>* wake);
  /// Nothing when the topic has not been used yet.
  [[nodiscard]] rd_kafka_topic_t* find_topic(std::string_view name) const;
  /// Not thread safe against find_topic. Null when librdkafka refuses the name.
  rd_kafka_topic_t* add_topic(std::string_view name);

 private:
  Client client_;  // destroyed last: topics and queue refer to it
  Queue events_;
  std::vector<std::pair<std::string, Topic>> topics_;
};

}  // namespace hookswitch::kafka
