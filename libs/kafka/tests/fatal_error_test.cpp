#include "fixtures.hpp"

#include <catch2/catch.hpp>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace hookswitch::kafka {
namespace {

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

TEST_CASE("After a fatal error every record is reported, and the producer works again by itself") {
  MockCluster cluster;
  cluster.refuse_next_producer();
  Sender sender(cluster.brokers());
  std::uint64_t accepted = 0;
  for (std::uint64_t token = 1; token <= 50; ++token) {
    if (sender.producer().produce(record_for("mock", "k", "v"), token) == Enqueued::accepted)
      ++accepted;
  }
  testkit::wait_until(
      "a new producer", seconds(20), [&] { return sender.producer().health().rebuilt == 1; },
      [&] { return sender.producer().health().last_error; });
  REQUIRE(sender.producer().flush(seconds(20)));
  CHECK(accepted > 0);
  CHECK(sender.reports().size() == accepted);
  CHECK(sender.repeated() == 0);
  CHECK_FALSE(sender.producer().health().last_error.empty());
  CHECK(sender.send(record_for("mock", "k", "after")) == Delivery::durable);
}

}  // namespace
}  // namespace hookswitch::kafka
