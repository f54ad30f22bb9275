#include "rdkafka.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

namespace hookswitch::kafka {

namespace {

/// Runs on librdkafka's threads. Its texts name brokers and topics, never keys or values.
void log_line(const rd_kafka_t* /*client*/, int severity, const char* facility, const char* text) {
  telemetry::Level level = telemetry::Level::debug;
  if (severity <= 2) {
    level = telemetry::Level::error;
  } else if (severity <= 4) {
    level = telemetry::Level::warning;  // 3 is what a refused connection gets: nothing to wake
                                        // anybody for
  } else if (severity <= 6) {
    level = telemetry::Level::info;
  }
  telemetry::log(level, "kafka.client", {{"facility", facility}, {"text", text}});
}

}  // namespace

Configuration::Configuration(const std::string& brokers, const std::string& client_id)
    : conf_(rd_kafka_conf_new()) {
  rd_kafka_conf_set_log_cb(conf_.get(), &log_line);
  set("bootstrap.servers", brokers);
  if (!client_id.empty()) set("client.id", client_id);
  set("reconnect.backoff.ms", std::chrono::milliseconds(50));
  set("reconnect.backoff.max.ms", std::chrono::milliseconds(500));
  set("socket.nagle.disable", std::string("true"));
  set("socket.keepalive.enable", std::string("true"));
}

Configuration& Configuration::set(const char* name, const std::string& value) {
  std::array<char, 256> reason{};
  if (rd_kafka_conf_set(conf_.get(), name, value.c_str(), reason.data(), reason.size()) !=
      RD_KAFKA_CONF_OK) {
    throw std::invalid_argument(std::string("Kafka setting ") + name + ": " + reason.data());
  }
  return *this;
}

Configuration& Configuration::set(const char* name, std::chrono::milliseconds value) {
  return set(name, std::to_string(value.count()));
}

rd_kafka_t* Configuration::create(rd_kafka_type_t type) {
  std::array<char, 256> reason{};
  rd_kafka_t* client = rd_kafka_new(type, conf_.get(), reason.data(), reason.size());
  if (client == nullptr)
    throw std::runtime_error(std::string("cannot make a Kafka client: ") + reason.data());
  (void)conf_.release();  // it belongs to the client now
  return client;
}

int timeout_ms(std::chrono::milliseconds patience) {
  return static_cast<int>(
      std::clamp<std::int64_t>(patience.count(), 0, std::numeric_limits<int>::max()));
}

}  // namespace hookswitch::kafka
