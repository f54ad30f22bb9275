#include "world.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/dead_letter.hpp>

#include <algorithm>
#include <cstdio>

namespace hookswitch::simulation {
namespace {

const std::string group = "model";
const std::string raw_topic(input_topic);
const std::string retry_topic = raw_topic + ".model.retry";
const std::string dead_topic = raw_topic + ".model.dlq";

Plan draw_plan(Random& random) {
  Plan plan;
  plan.workers = 1 + random.below(3);
  plan.keys = 1 + random.below(4);
  plan.messages = 4 + random.below(16);
  plan.faults = static_cast<int>(random.below(8));
  plan.repeats = random.percent(50) ? static_cast<unsigned>(random.below(40)) : 0;
  plan.poison = random.percent(40) ? static_cast<unsigned>(random.below(30)) : 0;
  plan.slow_reports = random.percent(50) ? static_cast<unsigned>(random.below(90)) : 0;
  return plan;
}

messaging::WorkerOptions worker_options(const std::string& id, bool has_others) {
  messaging::WorkerOptions options;
  options.service = service_name;
  options.instance = id;
  options.build = "simulation";
  options.topics = {raw_topic};
  options.batch_messages = 4;
  options.cautious_messages = 3;
  options.unreported_rows_max = 6;
  options.backoff_max = Milliseconds{1000};
  options.leaves_group = has_others;
  return options;
}

}  // namespace

World::World(std::uint64_t seed, const messaging::MessagingProbe& probe, bool verbose)
    : random_(seed),
      probe_(probe),
      verbose_(verbose),
      plan_(draw_plan(random_)),
      store_(clock_),
      bus_(clock_) {
  bus_.create_topic(raw_topic, 1 + static_cast<std::int32_t>(random_.below(3)));
  bus_.create_topic(retry_topic, 1);
  bus_.create_topic(dead_topic, 1);
  bus_.create_topic(std::string(output_topic), 2);
  bus_.landing = [this](std::size_t in_flight, bool closing) {
    return landing(in_flight, closing);
  };
  bus_.lose_commit = [this] { return faults_left_ > 0 && random_.percent(10); };
  bus_.committing = [this](const messaging::NextOffset& next) { check_committing(next); };
  bus_.choose = [this](std::size_t count) { return random_.below(count); };
  store_.fault = [this](testkit::StoreCall call) { return store_fault(call); };
  for (std::size_t i = 0; i < plan_.messages; ++i) {
    kinds_.push_back(random_.percent(plan_.poison) ? static_cast<Kind>(1 + random_.below(4))
                                                   : Kind::good);
    keys_.push_back("key" + std::to_string(random_.below(plan_.keys)));
    schedule_.push_back(i);
    while (random_.percent(plan_.repeats)) schedule_.push_back(i);
  }
  for (std::size_t i = schedule_.size(); i > 1; --i) {
    std::swap(schedule_[i - 1], schedule_[random_.below(i)]);
  }
  for (std::size_t i = 0; i < plan_.workers; ++i) {
    slots_.push_back(
        {.id = "worker-" + std::to_string(i), .worker = {}, .asleep_until = {}, .frozen = false});
  }
  faults_left_ = plan_.faults;
  steps_to_crash_ = random_.between(1, 60);
}

void World::run() {
  run_until_published();
  calm_down();
  come_to_rest("after the messages");
  check_dead_letters();
  check_effects(false);
  check_events();
  service_.mended = true;
  faults_left_ = static_cast<int>(random_.below(4));
  steps_to_crash_ = random_.between(1, 60);
  replay_dead_letters();
  for (std::size_t i = random_.below(200); i > 0; --i) tick();
  calm_down();
  come_to_rest("after the replay");
  check_effects(true);
  check_events();
}

void World::run_until_published() {
  while (published_ < schedule_.size()) {
    if (random_.percent(20)) publish_some();
    tick();
  }
  for (std::size_t i = random_.below(300); i > 0; --i) tick();
}

void World::publish_some() {
  const auto count = std::min(1 + random_.below(5), schedule_.size() - published_);
  for (std::size_t i = 0; i < count; ++i) {
    const auto message = schedule_[published_++];
    published_messages_.insert(message);
    append(message, kinds_[message]);
  }
}

void World::append(std::size_t message, Kind kind) {
  const auto position = bus_.append(raw_message(message, keys_[message], kind));
  remember_id(position, raw_message_id(message));
}

void World::remember_id(const events::Position& position, const Uuid& id) {
  ids_[{position.topic, position.partition}].push_back(id);
}

void World::tick() {
  advance();
  auto& slot = slots_[random_.below(slots_.size())];
  if (!slot.worker) {
    if (clock_.now() >= slot.asleep_until) start(slot);
    return;
  }
  if (slot.frozen) {
    if (clock_.now() < slot.asleep_until) return;
    slot.frozen = false;
    if (verbose_) trace(slot.id + " thaws");
  }
  step(slot);
  misfortune();
}

void World::advance() {
  static constexpr std::array<std::int64_t, 8> hops{1, 1, 1, 5, 5, 20, 100, 500};
  clock_.advance(Milliseconds{hops[random_.below(hops.size())]});
  if (clock_.now() - last_heartbeat_ < Milliseconds{1000}) return;
  last_heartbeat_ = clock_.now();
  for (const auto& slot : slots_) {
    if (slot.worker && !slot.frozen) bus_.heartbeat(group, slot.id);
  }
}

void World::start(Slot& slot) {
  if (verbose_) trace(slot.id + " starts");
  const auto id = slot.id;
  slot.worker = std::make_unique<messaging::ConsumerWorker>(
      worker_options(id, slots_.size() > 1),
      messaging::WorkerParts{.store = store_.connect([this](testkit::FakeTransaction& transaction) {
                               return service_.handler(transaction);
                             }),
                             .producer = bus_.producer(),
                             .join =
                                 [this, id](messaging::RebalanceListener& listener) {
                                   return bus_.join(group, id, {raw_topic, retry_topic}, listener);
                                 },
                             .clock = clock_,
                             .timer = clock_,
                             .faults = *this,
                             .probe = probe_,
                             .events = {},
                             .sleep = [](Milliseconds) {}});
}

void World::step(Slot& slot) {
  stepping_ = &slot;
  try {
    slot.worker->step();
    if (slot.stopping && slot.worker->quiet()) stop(slot);
  } catch (const testkit::WouldBlock&) {
    if (verbose_) trace(slot.id + " waits for a lock");
  } catch (const SimulatedCrash&) {
    crash(slot);
  } catch (const messaging::BusFatal&) {
    crash(slot);
  }
  stepping_ = nullptr;
}

void World::crash(Slot& slot) {
  store_.leave_open = faults_left_ > 0 && random_.percent(30);
  if (verbose_)
    trace(slot.id + (store_.leave_open ? " crashes, its session stays open" : " crashes"));
  slot.worker.reset();
  store_.leave_open = false;
  slot.frozen = false;
  slot.stopping = false;
  slot.asleep_until = clock_.now() + Milliseconds{random_.percent(80) ? random_.between(0, 500)
                                                                      : random_.between(0, 15'000)};
}

void World::stop(Slot& slot) {
  slot.worker->finish();
  if (verbose_) trace(slot.id + " has stopped in order");
  slot.worker.reset();
  slot.stopping = false;
  slot.asleep_until = clock_.now() + Milliseconds{random_.between(0, 15'000)};
}

void World::reached(std::string_view step) {
  if (verbose_) trace(stepping_->id + " " + std::string(step));
  if (faults_left_ <= 0 || --steps_to_crash_ > 0) return;
  steps_to_crash_ = random_.between(1, 60);
  if (!random_.percent(60)) return;
  if (stepping_->worker->marking() && std::exchange(mark_hit_, true)) return;
  --faults_left_;
  throw SimulatedCrash{};
}

void World::misfortune() {
  if (faults_left_ <= 0 || !random_.percent(2)) return;
  --faults_left_;
  auto& slot = slots_[random_.below(slots_.size())];
  switch (random_.below(5)) {
    case 0:
      if (verbose_) trace("rebalance");
      bus_.rebalance(group);
      return;
    case 1:
      store_away_until_ = clock_.now() + Milliseconds{random_.between(0, 3000)};
      if (verbose_) trace("the database goes away");
      return;
    case 2:
      if (!slot.worker) return;
      // Killed at any place, also where a kill is held against the message in work: but that once
      // only, as two such kills are what convicts it.
      if (slot.worker->marking() && std::exchange(mark_hit_, true)) return;
      crash(slot);
      return;
    case 3:
      slot.stopping = slot.worker != nullptr;
      return;
    default:
      if (!slot.worker || slot.frozen) return;
      if (slot.worker->marking() && std::exchange(mark_hit_, true)) return;
      slot.frozen = true;
      slot.asleep_until = clock_.now() + Milliseconds{random_.between(100, 30'000)};
      if (verbose_) trace(slot.id + " freezes");
  }
}

void World::calm_down() {
  faults_left_ = 0;
  store_away_until_ = {};
}

void World::come_to_rest(const char* when) {
  if (verbose_) trace("calm");
  constexpr int ticks_max = 60'000;
  for (int i = 0; i < ticks_max; ++i) {
    tick();
    if (i % 16 == 0 && at_rest()) return;
  }
  throw Violation{std::string("does not come to rest ") + when + ": " + say_where()};
}

bool World::at_rest() const {
  for (const auto& slot : slots_) {
    if (!slot.worker || slot.frozen || !slot.worker->quiet()) return false;
  }
  return store_.outbox().empty() && bus_.lag(group) == 0;
}

void World::replay_dead_letters() {
  std::set<std::string> replayed;
  for (const auto& letter : bus_.log(dead_topic, 0)) {
    auto record = letter;
    record.topic = retry_topic;
    std::string id;
    for (const auto& header : record.headers) {
      if (header.name == "ce_id") id = header.value;
    }
    // What could not be decoded is mended by whoever replays it.
    if (kinds_[message_number(record)] == Kind::undecodable)
      record.headers.add("ce_type", "simulation.Raw");
    const bool again = !replayed.insert(id).second;
    if (again && random_.percent(50)) continue;
    remember_id(bus_.append(record), *Uuid::parse(id));
    if (random_.percent(20)) remember_id(bus_.append(record), *Uuid::parse(id));
  }
  // Replaying what already worked changes nothing; new deliveries meet replayed ones.
  for (std::size_t i = 0; i < plan_.messages; ++i) {
    if (!random_.percent(15)) continue;
    auto record = raw_message(i, keys_[i], Kind::good);
    if (random_.percent(50)) {
      record.topic = retry_topic;
      record.headers.add("dlq_partition", std::to_string(bus_.partition_of(raw_topic, keys_[i])));
      record.headers.add("dlq_offset", "0");
      record.headers.add("dlq_topic", raw_topic);
    }
    remember_id(bus_.append(record), raw_message_id(i));
    tick();
  }
}

testkit::StoreFault World::store_fault(testkit::StoreCall call) {
  using testkit::StoreCall;
  using testkit::StoreFault;
  if (clock_.now() < store_away_until_) return StoreFault::unavailable;
  if (faults_left_ <= 0 || !random_.percent(1)) return StoreFault::none;
  if (stepping_ != nullptr && stepping_->worker && stepping_->worker->marking())
    return StoreFault::none;
  --faults_left_;
  if (verbose_) trace("the database fails a call");
  if (call != StoreCall::commit)
    return random_.percent(50) ? StoreFault::unavailable : StoreFault::conflict;
  static constexpr std::array<StoreFault, 4> faults{StoreFault::unavailable, StoreFault::conflict,
                                                    StoreFault::in_doubt_committed,
                                                    StoreFault::in_doubt_rolled_back};
  return faults[random_.below(faults.size())];
}

testkit::Landing World::landing(std::size_t in_flight, bool closing) {
  testkit::Landing result;
  if (closing) {
    result.durable = random_.below(in_flight + 1);
    return result;
  }
  if (random_.percent(plan_.slow_reports)) {
    result.durable = random_.below(in_flight + 1);
  } else {
    result.durable = in_flight;
  }
  if (faults_left_ > 0 && random_.percent(3)) {
    --faults_left_;
    if (verbose_) trace("reports fail");
    result.durable = random_.below(in_flight + 1);
    result.rest_fails = true;
    result.first_in_doubt = random_.percent(50);
    result.first_persisted = random_.percent(50);
  }
  return result;
}

void World::trace(const std::string& what) const {
  std::printf("%lld %s\n", static_cast<long long>(to_epoch_ms(clock_.now()) % 10'000'000),
              what.c_str());
}

}  // namespace hookswitch::simulation
