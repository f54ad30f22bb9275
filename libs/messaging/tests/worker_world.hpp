#pragma once
#include <hookswitch/messaging/worker.hpp>
#include <hookswitch/testkit/fake_bus.hpp>
#include <hookswitch/testkit/fake_store.hpp>
#include <hookswitch/testkit/manual_clock.hpp>

#include <catch2/catch.hpp>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

/// Workers with a service that counts, on a fake bus and a fake database.
namespace hookswitch::messaging {

struct Crash {};  // not a std::exception: the process is gone

struct CrashAt final : FaultPort {
  std::string step;
  std::string last;
  void reached(std::string_view now) override {
    last = now;
    if (!step.empty() && now == step) throw Crash{};
  }
};

/// "kind" values: "good", "refused", "throws", "throws when sent", "crashes". Counts the good ones
/// of each key and emits the count.
class Counting final : public BatchHandler {
 public:
  explicit Counting(testkit::FakeTransaction& transaction) : transaction_(transaction) {}
  std::vector<Outcome> handle(std::span<const Delivery> deliveries, TimePoint) override {
    std::map<std::string, int> counts;
    for (const auto& delivery : deliveries) counts[std::string(delivery.record->key)] = 0;
    for (auto& [key, count] : counts) {
      count = std::stoi(transaction_.get_for_update(key).value_or("0"));
    }
    std::vector<Outcome> outcomes;
    for (const auto& delivery : deliveries) {
      const auto kind = *delivery.record->value;
      if (kind == "throws") throw std::out_of_range("+491701234567 must not be seen anywhere");
      if (kind == "throws when sent") transaction_.put_refused();
      if (kind == "crashes") throw Crash{};
      if (kind == "refused") {
        outcomes.emplace_back(Refused{{"impossible", "/kind", "says no"}});
        continue;
      }
      const std::string key(delivery.record->key);
      const auto count = std::to_string(++counts[key]);
      transaction_.put(key, count);
      outcomes.emplace_back(Handled{{{"out", key, count, {}}}});
    }
    return outcomes;
  }

 private:
  testkit::FakeTransaction& transaction_;
};

struct World {
  testkit::ManualClock clock;
  testkit::ManualClock wall;  ///< what the workers take for the time of day
  testkit::FakeStore store{clock};
  testkit::FakeBus bus{clock};
  CrashAt faults;
  telemetry::Registry registry;
  MessagingProbe probe{registry};
  std::uint8_t ids = 0;
  bool poison_is_mended = false;
  bool leaves_group = false;

  World() {
    bus.create_topic("raw", 1);
    bus.create_topic("raw.test.retry", 1);
    bus.create_topic("raw.test.dlq", 1);
    bus.create_topic("out", 1);
  }

  std::unique_ptr<ConsumerWorker> start(const std::string& id) {
    return start(id, [](testkit::FakeTransaction& transaction) {
      return std::make_unique<Counting>(transaction);
    });
  }

  std::unique_ptr<ConsumerWorker> start(const std::string& id,
                                        testkit::FakeStore::HandlerFactory handlers) {
    WorkerOptions options;
    options.service = "test";
    options.instance = id;
    options.build = "1";
    options.topics = {"raw"};
    options.leaves_group = leaves_group;
    return std::make_unique<ConsumerWorker>(
        options, WorkerParts{.store = store.connect(std::move(handlers)),
                             .producer = bus.producer(),
                             .join =
                                 [this, id](RebalanceListener& listener) {
                                   return bus.join("test", id, {"raw", "raw.test.retry"}, listener);
                                 },
                             .clock = wall,
                             .timer = clock,
                             .faults = faults,
                             .probe = probe,
                             .events = {},
                             .sleep = [this](Milliseconds duration) { clock.advance(duration); }});
  }

  events::OutboundRecord message(const std::string& kind) {
    Uuid id;
    id.bytes[0] = ++ids;
    return {"raw",
            "key",
            kind,
            {{"ce_specversion", "1.0"},
             {"ce_id", id.to_string()},
             {"ce_source", "test"},
             {"ce_type", "test.Message"},
             {"ce_time", "2026-11-23T08:00:00Z"},
             {"ce_subject", "key"},
             {"content-type", "application/json"},
             {"ce_tenantid", "lindenhof"}}};
  }
  void say(const std::string& kind) { bus.append(message(kind)); }

  /// Steps until nothing is in hand, nothing unpublished and no lag; then a little more.
  void rest(ConsumerWorker& worker) {
    for (int i = 0; i < 5000; ++i) {
      worker.step();
      clock.advance(Milliseconds{20});
      if (worker.quiet() && store.outbox().empty() && bus.lag("test") == 0 && i > 100) return;
    }
    FAIL("the worker does not come to rest");
  }
  void step_until(ConsumerWorker& worker, const std::string& step) {
    for (int i = 0; i < 1000; ++i) {
      worker.step();
      if (faults.last == step) return;
    }
    FAIL("never reached");
  }
  [[nodiscard]] std::vector<std::string> published() const {
    std::vector<std::string> values;
    for (const auto& record : bus.log("out", 0)) values.push_back(*record.value);
    return values;
  }
  [[nodiscard]] std::vector<std::string> dead() const {
    std::vector<std::string> reasons;
    for (const auto& letter : bus.log("raw.test.dlq", 0)) {
      reasons.emplace_back(letter.headers.find("dlq_reason").value_or("none"));
    }
    return reasons;
  }
};

using Texts = std::vector<std::string>;

}  // namespace hookswitch::messaging
