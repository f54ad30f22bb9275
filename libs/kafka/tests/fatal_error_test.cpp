#include "fixtures.hpp"
#include "mock_cluster.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::kafka {
namespace {

TEST_CASE("After a fatal error every record is reported, and the producer works again by itself") {
  MockCluster cluster;
  cluster.refuse_next_producer();
  Sender sender(cluster.brokers());
  const std::uint64_t accepted = send_until_rebuilt(sender);
  CHECK(accepted > 0);
  CHECK(sender.reports().size() == accepted);
  CHECK(sender.repeated() == 0);
  CHECK_FALSE(sender.producer().health().last_error.empty());
  CHECK(sender.send(record_for("mock", "k", "after")) == Delivery::durable);
}

}  // namespace
}  // namespace hookswitch::kafka
