#pragma once
#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace hookswitch::kafka {

template <auto Destroy>
struct DestroyedBy {
  template <class T>
  void operator()(T* object) const {
    Destroy(object);
  }
};

using Client = std::unique_ptr<rd_kafka_t, DestroyedBy<rd_kafka_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, DestroyedBy<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, DestroyedBy<rd_kafka_event_destroy>>;
using Topic = std::unique_ptr<rd_kafka_topic_t, DestroyedBy<rd_kafka_topic_destroy>>;
using Message = std::unique_ptr<rd_kafka_message_t, DestroyedBy<rd_kafka_message_destroy>>;
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                      DestroyedBy<rd_kafka_topic_partition_list_destroy>>;
using Error = std::unique_ptr<rd_kafka_error_t, DestroyedBy<rd_kafka_error_destroy>>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, DestroyedBy<rd_kafka_metadata_destroy>>;

/// A librdkafka configuration with what all our clients share: short reconnect back-off, no Nagle,
/// keepalive, our log.
class Configuration {
 public:
  Configuration(const std::string& brokers, const std::string& client_id);

  /// Throws std::invalid_argument with librdkafka's reason.
  Configuration& set(const char* name, const std::string& value);
  Configuration& set(const char* name, std::chrono::milliseconds value);
  Configuration& set(const char* name, std::size_t value) {
    return set(name, std::to_string(value));
  }
  [[nodiscard]] rd_kafka_conf_t* get() const { return conf_.get(); }

  /// Makes the client and gives the configuration away. Throws std::runtime_error.
  rd_kafka_t* create(rd_kafka_type_t type);

 private:
  std::unique_ptr<rd_kafka_conf_t, DestroyedBy<rd_kafka_conf_destroy>> conf_;
};

/// Milliseconds as librdkafka takes them; never negative (that would mean "for ever").
[[nodiscard]] int timeout_ms(std::chrono::milliseconds patience);
[[nodiscard]] inline int remaining_ms(std::chrono::steady_clock::time_point deadline) {
  return timeout_ms(
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()));
}

/// A pointer that is never null, for an empty view: librdkafka takes null for "no value".
[[nodiscard]] inline const void* bytes_of(std::string_view view) {
  return view.data() == nullptr ? "" : view.data();
}

}  // namespace hookswitch::kafka
