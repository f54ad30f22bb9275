#include "fixtures.hpp"
#include "mock_cluster.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::kafka {
namespace {

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
