#include "bus_conformance.hpp"
#include "store_conformance.hpp"

#include <hookswitch/testkit/fake_bus.hpp>
#include <hookswitch/testkit/fake_store.hpp>
#include <hookswitch/testkit/manual_clock.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::messaging {

TEST_CASE("the fake database keeps what the worker relies on") {
  testkit::ManualClock clock;
  testkit::FakeStore store(clock);
  check_store([&] { return store.connect([](testkit::FakeTransaction&) { return nullptr; }); });
}

TEST_CASE("the fake bus keeps what the worker relies on") {
  testkit::ManualClock clock;
  testkit::FakeBus bus(clock);
  bus.create_topic("in", 2);
  check_bus(
      {.topic = "in",
       .producer = [&] { return bus.producer(); },
       .join = [&](const std::string& id,
                   RebalanceListener& listener) { return bus.join("group", id, {"in"}, listener); },
       .pass_time = [&] { clock.advance(Milliseconds{10}); }});
}

}  // namespace hookswitch::messaging
