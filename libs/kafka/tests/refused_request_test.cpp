#include "fixtures.hpp"
#include "mock_cluster.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::kafka {
namespace {

constexpr std::uint64_t records_sent = 4;

/// As a broker that becomes leader between two requests of a producer that is new to it: it refuses
/// the first and takes those behind it, for it knows of no sequence yet that they would break.
struct BecomingLeader {
  MockCluster cluster;

  ProducerOptions options() {
    auto chosen = Sender::options_for(cluster.brokers());
    chosen.message_bytes_max = 2'000;  // so that each record is a request of its own
    return chosen;
  }

  /// Sends records of one key, of which the first is refused once; gives what arrived. The broker
  /// answers after `round_trip`.
  std::vector<std::string> send(Sender& sender, milliseconds round_trip) {
    REQUIRE(sender.send(record_for("warm", "k", "up")) == Delivery::durable);
    cluster.answer_after(round_trip);
    cluster.refuse_next_produce();
    for (std::uint64_t token = 1; token <= records_sent; ++token) {
      const auto value = std::to_string(token) + std::string(1'500, ' ');
      REQUIRE(sender.producer().produce(record_for("mock", "k", value), 100 + token) ==
              Enqueued::accepted);
    }
    REQUIRE(sender.producer().flush(seconds(60)));
    cluster.answer_after(seconds(0));
    std::vector<std::string> arrived;
    for (const auto& record : read_all(cluster.brokers(), "mock")) {
      arrived.emplace_back(record.value->substr(0, 1));
    }
    return arrived;
  }
};

TEST_CASE_METHOD(BecomingLeader,
                 "What the broker refused is not durable because what came behind it is") {
  auto pipelined = options();
  pipelined.requests_in_flight_max = 5;
  Sender sender(pipelined);
  const auto arrived = send(sender, seconds(2));  // long enough for all to be on their way
  for (std::uint64_t token = 1; token <= records_sent; ++token) {
    CAPTURE(token);
    const bool is_there =
        std::find(arrived.begin(), arrived.end(), std::to_string(token)) != arrived.end();
    const auto report = sender.reports().at(100 + token);
    CHECK(report == (is_there ? Delivery::durable : Delivery::in_doubt));
  }
  CHECK(arrived.size() < records_sent);  // else librdkafka has mended it
}

TEST_CASE_METHOD(BecomingLeader,
                 "Unless asked otherwise, what was refused is said again before what is behind") {
  Sender sender(options());
  CHECK(send(sender, milliseconds(100)) == std::vector<std::string>{"1", "2", "3", "4"});
  for (std::uint64_t token = 1; token <= records_sent; ++token) {
    CHECK(sender.reports().at(100 + token) == Delivery::durable);
  }
}

}  // namespace
}  // namespace hookswitch::kafka
