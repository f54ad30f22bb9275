#include <hookswitch/messaging/kafka_ports.hpp>

#include <catch2/catch.hpp>

#include <chrono>

namespace hookswitch::messaging {
namespace {

using Clock = std::chrono::steady_clock;

TEST_CASE("Who waits for a report waits on when all that comes are errors of the connection") {
  kafka::ProducerOptions options;
  options.brokers = "127.0.0.1:1";  // refuses at once, again and again
  options.client_id = "messaging-test";
  const auto producer = make_kafka_producer(options);
  REQUIRE(producer->produce({"nowhere", "k", "v", {}}, 1) == Enqueued::accepted);
  const auto began = Clock::now();
  CHECK(producer->reports(Milliseconds{1500}).empty());
  CHECK(Clock::now() - began >= Milliseconds{1500});
  CHECK_FALSE(producer->reachable());
}

}  // namespace
}  // namespace hookswitch::messaging
