#include "worker_world.hpp"

namespace hookswitch::messaging {
namespace {

/// Who has a consumer, but does nothing with it.
struct Bystander final : RebalanceListener {
  void on_assigned(const std::vector<InputPartition>&) override {}
  void on_revoked(const std::vector<InputPartition>&, bool) override {}
};

void step_for(World& world, ConsumerWorker& worker, Milliseconds time) {
  for (const auto end = world.clock.now() + time; world.clock.now() < end;) {
    worker.step();
    world.clock.advance(Milliseconds{20});
  }
}

}  // namespace

TEST_CASE("an orderly stop leaves nothing behind and the next run is not cautious") {
  World world;
  auto worker = world.start("0");
  for (int i = 0; i < 5; ++i) world.say("good");
  world.step_until(*worker, "test.after_commit");
  worker->finish();
  worker.reset();
  CHECK(world.published() == Texts{"1", "2", "3", "4", "5"});
  CHECK(world.store.outbox().empty());
  CHECK(world.store.connect({})->open_run("0", world.clock.now()));
}

TEST_CASE(
    "a consumer that another of its name has replaced says so, and leaves no doubt about its run") {
  World world;
  auto worker = world.start("0");
  world.bus.lose_commit = [] { return true; };
  world.say("good");
  world.step_until(*worker, "test.offsets_committed");
  Bystander rival;
  const auto place = world.bus.join("test", "0", {"raw"}, rival);
  std::ignore = place->poll(Milliseconds{0});
  CHECK(worker->run(std::stop_token{}) == ConsumerWorker::End::consumer_lost);
  worker.reset();
  CHECK(world.store.connect({})->open_run("0", world.clock.now()));
}

TEST_CASE("the loser of a doubled instance number says nothing about the survivor's run") {
  World world;
  auto loser = world.start("0");
  world.say("good");
  world.step_until(*loser, "test.after_commit");
  auto survivor = world.start("0");
  world.step_until(*survivor, "test.recovering");
  CHECK(loser->run(std::stop_token{}) == ConsumerWorker::End::consumer_lost);
  loser.reset();
  CHECK_FALSE(world.store.connect({})->open_run("0", world.clock.now()));
}

TEST_CASE("an orderly stop while Kafka takes no offsets comes to its end, and nothing is lost") {
  World world;
  auto worker = world.start("0");
  world.bus.lose_commit = [] { return true; };
  for (int i = 0; i < 3; ++i) world.say("good");
  world.step_until(*worker, "test.offsets_committed");
  worker->finish();
  worker.reset();
  CHECK(world.bus.committed("test", {"raw", 0}) == 0);
  CHECK(world.store.outbox().empty());
  world.bus.lose_commit = nullptr;
  worker = world.start("1");
  world.clock.advance(Milliseconds{60'000});
  world.rest(*worker);
  CHECK(world.store.value("key") == "3");
}

TEST_CASE("an orderly stop commits the offsets that an earlier commit lost") {
  World world;
  auto worker = world.start("0");
  world.bus.lose_commit = [] { return true; };
  for (int i = 0; i < 3; ++i) world.say("good");
  world.step_until(*worker, "test.offsets_committed");
  world.bus.lose_commit = nullptr;
  worker->finish();
  CHECK(world.bus.committed("test", {"raw", 0}) == 3);
}

TEST_CASE("an orderly stop gives the partitions to another replica at once, where there is one") {
  World world;
  world.leaves_group = GENERATE(true, false);
  auto stopped = world.start("0");
  for (int i = 0; i < 3; ++i) world.say("good");
  world.step_until(*stopped, "test.after_commit");
  stopped->finish();
  stopped.reset();
  auto other = world.start("1");
  world.say("good");
  step_for(world, *other, Milliseconds{3000});
  CHECK(world.store.value("key") == (world.leaves_group ? "4" : "3"));
  step_for(world, *other, world.bus.session_timeout);
  CHECK(world.published() == Texts{"1", "2", "3", "4"});
}

TEST_CASE("who could not hand everything over at its stop stays a member until it is missed") {
  World world;
  world.leaves_group = true;
  auto stopped = world.start("0");
  world.say("good");
  world.step_until(*stopped, "test.after_commit");
  world.store.fault = [](testkit::StoreCall) { return testkit::StoreFault::unavailable; };
  stopped->finish();
  stopped.reset();
  world.store.fault = nullptr;
  auto other = world.start("1");
  world.say("good");
  step_for(world, *other, Milliseconds{3000});
  CHECK(world.store.value("key") == "1");
  step_for(world, *other, world.bus.session_timeout);
  CHECK(world.published() == Texts{"1", "2"});
}

TEST_CASE("a worker that ends with a message alone in work leaves that message's mark") {
  World world;
  auto worker = world.start("0");
  world.say("throws");
  for (int i = 0; i < 1000 && !worker->marking(); ++i) worker->step();
  REQUIRE(worker->marking());
  worker->step();
  worker.reset();
  const auto next_run = world.store.connect({});
  CHECK_FALSE(next_run->open_run("0", world.clock.now()));
  CHECK(next_run->begin_attempt({"raw", 0, 0}, world.clock.now()).crashes == 1);
}

}  // namespace hookswitch::messaging
