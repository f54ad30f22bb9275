#include "bus_conformance.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <map>
#include <set>

namespace hookswitch::messaging {
namespace {

class Listener final : public RebalanceListener {
 public:
  void on_assigned(const std::vector<InputPartition>& partitions) override {
    owned.insert(partitions.begin(), partitions.end());
  }
  void on_revoked(const std::vector<InputPartition>&, bool) override { owned.clear(); }
  std::set<InputPartition> owned;
};

/// Polls all of them until it holds; false after 20 s.
bool poll_until(
    const BusUnderTest& bus, const std::vector<BusConsumer*>& consumers,
    const std::function<bool()>& holds,
    const std::function<void(events::InboundRecord)>& take = [](auto) {}) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (std::chrono::steady_clock::now() < deadline) {
    for (auto* consumer : consumers) {
      if (auto record = consumer->poll(Milliseconds{20})) take(std::move(*record));
    }
    if (holds()) return true;
    bus.pass_time();
  }
  return false;
}

void produce(BusProducer& producer, const std::string& topic, int from, int to) {
  std::set<std::uint64_t> open;
  for (int i = from; i < to; ++i) {
    const auto token = static_cast<std::uint64_t>(i);
    const auto key = "key" + std::to_string(i % 5);
    REQUIRE(producer.produce({topic, key, std::to_string(i), {{"number", std::to_string(i)}}},
                             token) == Enqueued::accepted);
    open.insert(token);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!open.empty() && std::chrono::steady_clock::now() < deadline) {
    for (const auto& report : producer.reports(Milliseconds{500})) {
      CHECK(report.reported == Reported::durable);
      CHECK(open.erase(report.token) == 1);
    }
  }
  REQUIRE(open.empty());
}

}  // namespace

void check_bus(const BusUnderTest& bus) {
  auto producer = bus.producer();
  CHECK(producer->reachable());
  CHECK(producer->reports(Milliseconds{0}).empty());
  produce(*producer, bus.topic, 0, 40);
  CHECK(producer->produce({bus.topic, "key", std::string(5'000'000, 'x'), {}}, 1) ==
        Enqueued::refused);

  std::map<std::string, std::vector<int>> by_key;
  std::map<InputPartition, std::int64_t> next;
  std::size_t seen = 0;
  const auto take = [&](const events::InboundRecord& record) {
    by_key[std::string(record.key)].push_back(std::stoi(std::string(*record.value)));
    CHECK(record.header("number") == record.value);
    next[{std::string(record.topic), record.partition}] = record.offset + 1;
    ++seen;
  };
  Listener first_listener;
  auto first = bus.join("first", first_listener);
  REQUIRE(poll_until(
      bus, {first.get()}, [&] { return seen == 40; }, take));
  CHECK(first_listener.owned.size() == 2);
  for (const auto& [key, numbers] : by_key) CHECK(std::is_sorted(numbers.begin(), numbers.end()));

  std::vector<NextOffset> done;
  for (const auto& [partition, offset] : next) done.push_back({partition, offset});
  first->commit_sync(done);
  const std::vector<InputPartition> owned(first_listener.owned.begin(), first_listener.owned.end());
  first->pause(owned);
  produce(*producer, bus.topic, 40, 45);
  for (int i = 0; i < 10; ++i) CHECK_FALSE(first->poll(Milliseconds{20}));
  first->resume(owned);
  REQUIRE(poll_until(
      bus, {first.get()}, [&] { return seen == 45; }, take));

  // A second member: partitions are taken and dealt anew, and what was not committed comes again.
  Listener second_listener;
  auto second = bus.join("second", second_listener);
  REQUIRE(poll_until(
      bus, {first.get(), second.get()},
      [&] {
        return seen == 50 && first_listener.owned.size() == 1 && second_listener.owned.size() == 1;
      },
      take));
  CHECK(first_listener.owned != second_listener.owned);
  first.reset();
  CHECK(first_listener.owned.empty());  // called back while it is being destroyed

  // The first, which has only ended, finds its place again; when the second leaves, it has
  // everything.
  first = bus.join("first", first_listener);
  REQUIRE(poll_until(bus, {first.get(), second.get()},
                     [&] { return first_listener.owned.size() == 1; }));
  const auto begun = std::chrono::steady_clock::now();
  second->leave();
  CHECK(second_listener.owned.empty());
  second.reset();
  REQUIRE(poll_until(bus, {first.get()}, [&] { return first_listener.owned.size() == 2; }));
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{6});  // a session has 10
}

}  // namespace hookswitch::messaging
