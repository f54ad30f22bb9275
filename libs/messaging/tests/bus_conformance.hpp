#pragma once
#include <hookswitch/messaging/ports.hpp>

#include <functional>
#include <memory>
#include <string>

namespace hookswitch::messaging {

/// A bus with one input topic of two partitions, and a group.
struct BusUnderTest {
  std::string topic;
  std::function<std::unique_ptr<BusProducer>()> producer;
  /// `id`: the static member.
  std::function<std::unique_ptr<BusConsumer>(const std::string& id, RebalanceListener&)> join;
  std::function<void()> pass_time;  ///< the fake's clock moves; nothing on a real bus
};

/// What the worker relies on in the bus ports, as Catch2 assertions; the fake and Kafka both pass
/// it.
void check_bus(const BusUnderTest& bus);

}  // namespace hookswitch::messaging
