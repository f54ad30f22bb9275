#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace hookswitch::kafka {

/// librdkafka's own broker in memory, which can be told to answer with errors.
class MockCluster {
 public:
  MockCluster() : client_(make()), cluster_(rd_kafka_mock_cluster_new(client_, 1)) {}
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(client_);
  }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  [[nodiscard]] std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  /// A producer that is refused its id has a fatal error.
  void refuse_next_producer() {
    constexpr std::int16_t init_producer_id_api = 22;
    rd_kafka_mock_push_request_errors(cluster_, init_producer_id_api, 1,
                                      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
  }
  void refuse_next_produce() {
    constexpr std::int16_t produce_api = 0;
    rd_kafka_mock_push_request_errors(cluster_, produce_api, 1,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  }
  /// What an idempotent producer cannot get over: by its own count none is missing.
  void say_that_a_record_is_missing() {
    constexpr std::int16_t produce_api = 0;
    rd_kafka_mock_push_request_errors(cluster_, produce_api, 1,
                                      RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
  }
  void answer_after(std::chrono::milliseconds round_trip) {
    rd_kafka_mock_broker_set_rtt(cluster_, 1, static_cast<int>(round_trip.count()));
  }

 private:
  static rd_kafka_t* make() {
    char reason[256];
    rd_kafka_t* client =
        rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof(reason));
    if (client == nullptr) throw std::runtime_error(reason);
    return client;
  }
  rd_kafka_t* client_;
  rd_kafka_mock_cluster_t* cluster_;
};

}  // namespace hookswitch::kafka
