#include "worker_world.hpp"

#include <algorithm>

namespace hookswitch::messaging {
namespace {

void set_header(events::OutboundRecord& record, std::string_view name, std::string_view value) {
  record.headers.erase_if([&](events::HeaderView header) { return header.name == name; });
  record.headers.add(name, value);
}

}  // namespace

TEST_CASE(
    "rule 3 one transaction a batch: a message has its effect, its event is published, its row "
    "removed, its offset committed") {
  World world;
  auto worker = world.start("0");
  for (int i = 0; i < 3; ++i) world.say("good");
  world.rest(*worker);
  CHECK(world.store.value("key") == "3");
  CHECK(world.published() == Texts{"1", "2", "3"});
  CHECK(world.bus.committed("test", {"raw", 0}) == 3);
}

TEST_CASE("rule 1 same delivery: twice on the topic, one effect") {
  World world;
  auto worker = world.start("0");
  const auto message = world.message("good");
  for (int i = 0; i < 3; ++i) world.bus.append(message);
  world.rest(*worker);
  world.bus.append(message);
  world.rest(*worker);
  CHECK(world.store.value("key") == "1");
  CHECK(world.published() == Texts{"1"});
}

TEST_CASE("offsets of batches that follow each other closely are committed together") {
  World world;
  auto worker = world.start("0");
  const auto committed_after_one_more = [&] {
    world.faults.last.clear();
    world.say("good");
    world.step_until(*worker, "test.offsets_committed");
    return world.bus.committed("test", {"raw", 0});
  };
  CHECK(committed_after_one_more() == 1);
  CHECK(committed_after_one_more() == 1);
  CHECK(committed_after_one_more() == 1);
  world.clock.advance(Milliseconds{250});
  CHECK(committed_after_one_more() == 3);
  CHECK(committed_after_one_more() == 3);
  SECTION("and the last ones when no more come") {
    world.clock.advance(Milliseconds{250});
    for (int i = 0; i < 5; ++i) worker->step();  // it publishes in between
  }
  SECTION("and the last ones while the database is away") {
    world.store.fault = [](testkit::StoreCall) { return testkit::StoreFault::unavailable; };
    world.say("good");
    world.clock.advance(Milliseconds{250});
    for (int i = 0; i < 5; ++i) worker->step();
  }
  SECTION("and the last ones when the worker stops") { worker->finish(); }
  SECTION("and the last ones before another worker has the partition") {
    auto other = world.start("1");
    for (int i = 0; i < 10; ++i) {
      worker->step();
      other->step();
    }
  }
  CHECK(world.bus.committed("test", {"raw", 0}) == 5);
}

TEST_CASE(
    "a handler foresees what could be read, what is repeated too, before it handles the new") {
  World world;
  struct Foreseeing final : BatchHandler {
    explicit Foreseeing(std::vector<std::string>& to) : seen(to) {}
    void foresee(std::span<const events::Envelope* const> envelopes) override {
      for (const auto* envelope : envelopes) seen.push_back("foreseen " + envelope->id.to_string());
    }
    std::vector<Outcome> handle(std::span<const Delivery> deliveries, TimePoint) override {
      for (const auto& each : deliveries) seen.push_back("new " + each.envelope.id.to_string());
      return std::vector<Outcome>(deliveries.size(), Ignored{});
    }
    std::vector<std::string>& seen;
  };
  std::vector<std::string> seen;
  auto worker = world.start(
      "0", [&](testkit::FakeTransaction&) { return std::make_unique<Foreseeing>(seen); });
  const auto repeated = world.message("good");
  const auto unreadable = events::OutboundRecord{"raw", "key", "good", {{"ce_id", "?"}}};
  const auto fresh = world.message("good");
  const auto id = [](const auto& record) { return std::string(*record.headers.find("ce_id")); };
  world.bus.append(repeated);
  world.rest(*worker);
  for (const auto& record : {repeated, unreadable, fresh}) world.bus.append(record);
  world.rest(*worker);
  CHECK(seen == std::vector<std::string>{"foreseen " + id(repeated), "new " + id(repeated),
                                         "foreseen " + id(repeated), "foreseen " + id(fresh),
                                         "new " + id(fresh)});
}

TEST_CASE("a machine's clock that goes back holds nothing up") {
  World world;
  auto worker = world.start("0");
  world.say("good");
  world.rest(*worker);
  world.wall.advance(-std::chrono::hours{1});
  world.say("good");
  world.rest(*worker);
  CHECK(world.published() == Texts{"1", "2"});
  CHECK(world.bus.committed("test", {"raw", 0}) == 2);
}

TEST_CASE("no name that comes from outside becomes a metric's label") {
  World world;
  auto worker = world.start("0");
  for (const auto* event : {"BOOKING_CREATED", "Zebulon Quarkblatt", "a_trigger_of_tomorrow"}) {
    auto message = world.message("good");
    message.headers.add("ce_provider", "calcom");
    message.headers.add("ce_event", event);
    world.bus.append(message);
  }
  world.say("good");
  world.rest(*worker);
  CHECK(world.store.value("key") == "4");
  CHECK(world.probe.outcomes("BOOKING_CREATED", "handled").value() == 1);
  CHECK(world.probe.outcomes("test.Message", "handled").value() == 1);
  CHECK(world.probe.outcomes("other", "handled").value() == 2);
  CHECK(world.registry.scrape().find("Zebulon") == std::string::npos);
}

TEST_CASE(
    "rule 4 tenants in a batch: a batch of several tenants runs with all of them and no other") {
  World world;
  auto message = world.message("good");
  set_header(message, "ce_tenantid", "aurora");
  std::vector<TenantId> seen;
  auto worker = world.start("test-0", [&](testkit::FakeTransaction& transaction) {
    seen = transaction.tenants();
    return std::make_unique<Counting>(transaction);
  });
  world.say("good");
  world.bus.append(message);
  world.say("good");
  world.rest(*worker);
  CHECK(seen == std::vector{TenantId("lindenhof"), TenantId("aurora")});
}

TEST_CASE(
    "rule 4 tenants in a batch: a message without a tenant gets the one that the service knows") {
  World world;
  world.store.owner = [](const events::Envelope& envelope) -> std::optional<TenantId> {
    if (envelope.subject != "known") return std::nullopt;
    return TenantId("aurora");
  };
  for (const auto* subject : {"key", "known", "unknown"}) {
    auto record = world.message("good");
    set_header(record, "ce_subject", subject);
    if (std::string(subject) != "key") {
      record.headers.erase_if(
          [](events::HeaderView header) { return header.name == "ce_tenantid"; });
    }
    world.bus.append(record);
  }
  std::vector<TenantId> seen;
  std::vector<std::optional<TenantId>> delivered;
  struct Watching final : BatchHandler {
    std::vector<std::optional<TenantId>>& delivered;
    explicit Watching(std::vector<std::optional<TenantId>>& to) : delivered(to) {}
    std::vector<Outcome> handle(std::span<const Delivery> deliveries, TimePoint) override {
      for (const auto& delivery : deliveries) delivered.push_back(delivery.envelope.tenant);
      return std::vector<Outcome>(deliveries.size(), Handled{});
    }
  };
  auto worker = world.start("test-0", [&](testkit::FakeTransaction& transaction) {
    seen = transaction.tenants();
    return std::make_unique<Watching>(delivered);
  });
  world.rest(*worker);
  CHECK(seen == std::vector<TenantId>{TenantId("lindenhof"), TenantId("aurora")});
  CHECK(delivered == std::vector<std::optional<TenantId>>{TenantId("lindenhof"), TenantId("aurora"),
                                                          std::nullopt});
}

TEST_CASE(
    "rule 4 tenants in a batch: what could not be a tenant id is a dead letter, never a tenant") {
  World world;
  auto worker = world.start("0");
  auto message = world.message("good");
  set_header(message, "ce_tenantid", "a,b");
  world.bus.append(message);
  world.rest(*worker);
  CHECK(world.dead() == Texts{"undecodable"});
}

TEST_CASE(
    "rule 6 what fails: refused, undecodable and throwing messages become dead letters, the others "
    "go on") {
  World world;
  auto worker = world.start("0");
  world.say("good");
  world.say("refused");
  world.say("throws");
  world.bus.append({"raw", "key", "no envelope", {}});
  world.say("good");
  world.rest(*worker);
  CHECK(world.store.value("key") == "2");
  auto dead = world.dead();
  std::sort(dead.begin(), dead.end());
  CHECK(dead == Texts{"failed", "refused", "undecodable"});
  for (const auto& letter : world.bus.log("raw.test.dlq", 0)) {
    for (const auto& header : letter.headers) CHECK(header.value.find("+49") == std::string::npos);
  }
  CHECK(world.store.attempts() == 0);
}

TEST_CASE("rule 6 what fails: writes that are refused when they are sent fail their own message") {
  World world;
  std::map<testkit::StoreCall, int> asked;
  world.store.fault = [&](testkit::StoreCall call) {
    ++asked[call];
    return testkit::StoreFault::none;
  };
  auto worker = world.start("0");
  world.say("good");
  world.say("throws when sent");
  world.say("good");
  world.rest(*worker);
  CHECK(world.store.value("key") == "2");
  CHECK(world.dead() == Texts{"failed"});
  CHECK(asked[testkit::StoreCall::rehearse] == 5);  // three tries of the bad one, one of each other
}

TEST_CASE("rule 6 what fails: a dead letter delivered again is not a dead letter twice") {
  World world;
  auto worker = world.start("0");
  const auto message = world.message("refused");
  world.bus.append(message);
  world.rest(*worker);
  world.bus.append(message);
  world.rest(*worker);
  CHECK(world.dead() == Texts{"refused"});
}

TEST_CASE(
    "rule 6 what fails: a dead letter replayed has its effect once, however often it is replayed") {
  World world;
  auto worker = world.start("0");
  world.say("refused");
  world.rest(*worker);
  auto letter = world.bus.log("raw.test.dlq", 0).at(0);
  letter.topic = "raw.test.retry";
  world.bus.append(letter);
  world.rest(*worker);
  CHECK(world.dead() == Texts{"refused", "refused"});  // it is still impossible
  letter.value = "good";
  for (int i = 0; i < 2; ++i) world.bus.append(letter);
  world.rest(*worker);
  world.bus.append(letter);
  world.rest(*worker);
  CHECK(world.store.value("key") == "1");
  CHECK(world.published() == Texts{"1"});
}

TEST_CASE(
    "rule 6 what fails: a message that crashes the process twice while alone is parked, and "
    "nothing is held against the "
    "others") {
  World world;
  world.say("good");
  world.say("crashes");
  world.say("good");
  int crashes = 0;
  std::unique_ptr<ConsumerWorker> worker;
  for (; crashes < 10; ++crashes) {
    worker = world.start("0");
    try {
      world.rest(*worker);
      break;
    } catch (const Crash&) {
      worker.reset();
    }
  }
  CHECK(crashes == 3);  // once in company, twice alone
  CHECK(world.dead() == Texts{"crashed"});
  CHECK(world.store.value("key") == "2");
}

TEST_CASE(
    "rule 8 named steps: a kill at any of them, again and again at the same message, convicts "
    "nobody") {
  for (const std::string step :
       {"polled", "attempt_recorded", "begun", "inbox", "business", "outbox", "before_commit",
        "after_commit", "produced", "offsets_committed"}) {
    INFO(step);
    World world;
    world.say("good");
    for (int i = 0; i < 4; ++i) {
      auto worker = world.start("0");
      // Where the process dies before the commit the message comes again each time.
      world.faults.step = "test." + step;
      for (int j = 0; j < 500; ++j) {
        try {
          worker->step();
          world.clock.advance(Milliseconds{20});
        } catch (const Crash&) {
          break;
        }
      }
      world.faults.step.clear();
    }
    auto worker = world.start("0");
    world.rest(*worker);
    CHECK(world.store.value("key") == "1");
    CHECK(world.dead().empty());
  }
}

TEST_CASE(
    "rule 5 who publishes: a leftover outbox row after a rebalance is published by the new owner "
    "before its own") {
  World world;
  auto first = world.start("0");
  world.say("good");
  world.step_until(*first, "test.after_commit");
  first.reset();
  CHECK(world.store.outbox().size() == 1);
  world.clock.advance(Milliseconds{60'000});
  world.say("good");
  auto second = world.start("1");
  world.rest(*second);
  CHECK(world.published() == Texts{"1", "2"});
}

TEST_CASE(
    "rule 3 zombies: a frozen and thawed one's repeat meets the inbox, and its events stay in "
    "commit order") {
  World world;
  auto zombie = world.start("0");
  world.say("good");
  world.step_until(*zombie,
                   "test.before_commit");  // frozen just before its commit, the transaction open
  world.clock.advance(Milliseconds{11'000});
  world.say("good");
  auto owner = world.start("1");
  for (int i = 0; i < 50; ++i) {
    try {
      owner->step();
    } catch (const testkit::WouldBlock&) {
      break;  // it waits for the zombie's locks
    }
  }
  CHECK(world.published().empty());
  for (int i = 0; i < 2; ++i) zombie->step();  // thawed: the commit goes through
  CHECK(world.store.outbox().size() == 1);
  world.rest(*owner);
  CHECK(world.store.value("key") == "2");
  CHECK(world.published().at(0) == "1");
  CHECK(world.published().at(1) == "2");
  for (int i = 0; i < 50; ++i) zombie->step();
  CHECK(world.store.value("key") == "2");
}

TEST_CASE(
    "rule 6 what fails: while Postgres is away nothing is lost and nothing becomes a dead letter") {
  World world;
  auto worker = world.start("0");
  bool away = false;
  world.store.fault = [&](testkit::StoreCall) {
    return away ? testkit::StoreFault::unavailable : testkit::StoreFault::none;
  };
  world.say("good");
  world.rest(*worker);
  away = true;
  for (int i = 0; i < 10; ++i) world.say("good");
  for (int i = 0; i < 2000; ++i) {
    worker->step();
    world.clock.advance(Milliseconds{50});
    world.bus.heartbeat("test", "0");
  }
  CHECK(world.store.value("key") == "1");
  away = false;
  world.rest(*worker);
  CHECK(world.store.value("key") == "11");
  CHECK(world.dead().empty());
}

TEST_CASE(
    "an event too large for the bus makes its message a dead letter instead of blocking the "
    "outbox") {
  World world;
  struct Large final : BatchHandler {
    std::vector<Outcome> handle(std::span<const Delivery>, TimePoint) override {
      return {Handled{{{"out", "key", std::string(5'000'000, 'x'), {}}}}};
    }
  };
  WorkerOptions options;
  options.service = "test";
  options.instance = "0";
  options.topics = {"raw"};
  ConsumerWorker worker(
      options, WorkerParts{.store = world.store.connect(
                               [](testkit::FakeTransaction&) { return std::make_unique<Large>(); }),
                           .producer = world.bus.producer(),
                           .join =
                               [&](RebalanceListener& listener) {
                                 return world.bus.join("test", "0", {"raw"}, listener);
                               },
                           .clock = world.wall,
                           .timer = world.clock,
                           .faults = world.faults,
                           .probe = world.probe,
                           .events = {},
                           .sleep = [](Milliseconds) {}});
  world.say("good");
  world.rest(worker);
  CHECK(world.dead() == Texts{"failed"});
}

}  // namespace hookswitch::messaging
