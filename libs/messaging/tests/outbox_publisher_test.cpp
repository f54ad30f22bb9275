#include <hookswitch/messaging/outbox_publisher.hpp>
#include <hookswitch/testkit/fake_bus.hpp>
#include <hookswitch/testkit/fake_store.hpp>
#include <hookswitch/testkit/manual_clock.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace hookswitch;
using namespace hookswitch::messaging;

namespace {

struct Crash {};  // not a std::exception: the process is gone

struct CrashAt final : FaultPort {
  std::string step;
  bool once_and_goes_on = false;
  void reached(std::string_view now) override {
    if (step.empty() || now != step) return;
    if (!once_and_goes_on) throw Crash{};
    step.clear();
    throw std::runtime_error("what nobody has thought of");
  }
};

/// The lock: who has it, by address.
struct Lock {
  const void* holder = nullptr;
  bool away = false;
};
class Turn final : public PublishingTurn {
 public:
  explicit Turn(Lock& lock) : lock_(lock) {}
  ~Turn() override { give_back(); }  // the session ends with its process
  bool take() override {
    if (lock_.away) throw StoreUnavailable("away");
    if (lock_.holder == nullptr) lock_.holder = this;
    return lock_.holder == this;
  }
  void keep() override {
    if (lock_.away) throw StoreUnavailable("away");
  }
  void give_back() override {
    if (lock_.holder == this) lock_.holder = nullptr;
  }

 private:
  Lock& lock_;
};

const InputPartition input{"things.http", 0};

struct World {
  World() { bus.create_topic("things", 1); }

  void commit(const std::string& key, const std::string& value) {
    const auto session = store.connect({});
    const auto transaction = session->begin({});
    OutboxWrite write;
    write.rows.push_back({0, input, {"things", key, value, {}}});
    transaction->write_outbox(write);
    transaction->commit();
  }
  std::vector<std::string> told() const {
    std::vector<std::string> values;
    for (const auto& record : bus.log("things", 0)) values.push_back(record.value.value_or("-"));
    return values;
  }

  testkit::ManualClock clock;
  testkit::FakeStore store{clock};
  testkit::FakeBus bus{clock};
  Lock lock;
  CrashAt faults;
};

/// A process that publishes; destroying it is its end, orderly or not.
struct Process {
  explicit Process(World& the_world) : world(the_world) {}
  /// Steps until there is nothing to do.
  void run() {
    for (int i = 0; i < 1000 && publisher.step(); ++i) {
    }
  }
  static OutboxPublisherOptions options() {
    OutboxPublisherOptions options;
    options.service = "things";
    options.input = input;
    options.publisher.removal_delay = Milliseconds{0};
    return options;
  }
  World& world;
  std::unique_ptr<Store> session = world.store.connect({});
  std::unique_ptr<BusProducer> producer = world.bus.producer();
  Turn turn{world.lock};
  OutboxPublisher publisher{options(), *session, *producer, turn, world.clock, world.faults};
};

using Values = std::vector<std::string>;

}  // namespace

TEST_CASE("what has been committed goes out in its order, once, and leaves the table") {
  World world;
  Process process(world);
  for (const auto* value : {"1", "2", "3"}) world.commit("a", value);
  process.run();
  CHECK(world.told() == Values{"1", "2", "3"});
  CHECK(world.store.outbox().empty());
  world.commit("a", "4");
  process.run();
  CHECK(world.told().size() == 3);  // nobody has said that there is something
  process.publisher.look();
  process.run();
  CHECK(world.told() == Values{"1", "2", "3", "4"});
}

TEST_CASE("without being told, it looks once a sweep") {
  World world;
  Process process(world);
  process.run();
  world.commit("a", "1");
  process.run();
  CHECK(world.told().empty());
  world.clock.advance(Milliseconds{1000});
  process.run();
  CHECK(world.told() == Values{"1"});
}

TEST_CASE("killed at any step after the commit, the next process says what is unsaid, in order") {
  const std::string step = GENERATE("", "loaded", "produced", "reported", "removed");
  CAPTURE(step);
  World world;
  world.commit("a", "1");
  world.commit("a", "2");
  if (!step.empty()) {
    Process dying(world);
    world.faults.step = "things.outbox_" + step;
    CHECK_THROWS_AS(dying.run(), Crash);
    world.faults.step.clear();
  }
  Process next(world);
  next.run();
  const auto told = world.told();
  REQUIRE(told.size() >= 2);
  CHECK(told[0] == "1");
  CHECK(told[1] == "2");
  CHECK(told.back() == "2");  // a compacted topic ends with the last state
  CHECK(world.store.outbox().empty());
}

TEST_CASE("what throws at any step is tried again by the same process, in order") {
  const std::string step = GENERATE("loaded", "produced", "reported", "removed");
  CAPTURE(step);
  World world;
  world.commit("a", "1");
  world.commit("a", "2");
  world.faults.step = "things.outbox_" + step;
  world.faults.once_and_goes_on = true;
  Process process(world);
  CHECK_NOTHROW(process.run());
  CHECK_FALSE(process.publisher.trouble().empty());
  CHECK(world.lock.holder == nullptr);
  world.clock.advance(Milliseconds{1000});
  process.run();
  CHECK(process.publisher.trouble().empty());
  auto told = world.told();
  told.erase(std::unique(told.begin(), told.end()), told.end());
  CHECK((told == Values{"1", "2"} || told == Values{"1", "2", "1", "2"}));
  CHECK(world.store.outbox().empty());
}

TEST_CASE("one process at a time publishes") {
  World world;
  Process one(world);
  Process other(world);
  world.bus.landing = [](std::size_t, bool) { return testkit::Landing{}; };  // nothing lands yet
  world.commit("a", "1");
  one.run();
  other.publisher.look();
  other.run();
  CHECK(one.publisher.in_turn());
  CHECK_FALSE(other.publisher.in_turn());
  world.bus.landing = {};
  one.run();
  CHECK(world.told() == Values{"1"});
  CHECK_FALSE(one.publisher.in_turn());
}

TEST_CASE("a database that is away is waited for") {
  World world;
  Process process(world);
  world.commit("a", "1");
  world.lock.away = true;
  process.run();
  CHECK(process.publisher.trouble() == "away");
  world.lock.away = false;
  process.run();
  CHECK(world.told().empty());  // it rests first
  world.clock.advance(Milliseconds{1000});
  process.run();
  CHECK(process.publisher.trouble().empty());
  CHECK(world.told() == Values{"1"});
}
