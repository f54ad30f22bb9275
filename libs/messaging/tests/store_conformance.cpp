#include "store_conformance.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::messaging {
namespace {

const TimePoint noon = from_epoch_ms(1'795'000'000'000);

Uuid id(std::uint8_t number) {
  Uuid uuid;
  uuid.bytes[0] = number;
  uuid.bytes[15] = 7;
  return uuid;
}

OutboxRow row(const std::string& value, std::int32_t partition = 0) {
  return {0,
          {"in", partition},
          {"out", std::string("key\0\xff", 5), value, {{"name", std::string("\xfe\0", 2)}}}};
}

std::vector<std::int64_t> store_rows(Store& store, std::vector<OutboxRow> rows) {
  auto transaction = store.begin({});
  transaction->write_outbox({std::move(rows), {}, {}, {}});
  return transaction->commit().ids;
}

std::vector<std::int64_t> ids_of(const std::vector<OutboxRow>& rows) {
  std::vector<std::int64_t> ids;
  for (const auto& each : rows) ids.push_back(each.id);
  return ids;
}

void inbox(const std::function<std::unique_ptr<Store>()>& connect) {
  auto store = connect();
  using Flags = std::vector<bool>;
  const std::vector<InboxEntry> two{{id(2)}, {id(1)}};
  {
    auto rolled_back = store->begin({});
    CHECK(rolled_back->admit(two) == Flags{true, true});
  }
  {
    auto first = store->begin({});
    CHECK(first->admit(two) == Flags{true, true});
    first->mark_dead(std::vector{id(1)});
    first->commit();
  }
  {
    auto again = store->begin({});
    const std::vector<InboxEntry> three{{id(3)}, {id(2)}, {id(1)}};
    CHECK(again->admit(three) == Flags{true, false, false});
  }
  const std::vector<InboxEntry> replayed{{id(1), true}, {id(2), true}, {id(9), true}};
  {
    auto replay = store->begin({});
    CHECK(replay->admit(replayed) == Flags{true, false, true});
    replay->commit();
  }
  auto second_replay = store->begin({});
  CHECK(second_replay->admit(replayed) == Flags{false, false, false});
}

void outbox_order(const std::function<std::unique_ptr<Store>()>& connect) {
  auto store = connect();
  const std::vector<InputPartition> zero{{"in", 0}};
  const auto ids = store_rows(*store, {row("a"), row("b"), row("other", 1), row("c")});
  REQUIRE(ids.size() == 4);
  CHECK(std::is_sorted(ids.begin(), ids.end()));

  const auto loaded = store->load_outbox(zero, {}, 10, 1'000'000);
  REQUIRE(ids_of(loaded) == std::vector{ids[0], ids[1], ids[3]});
  CHECK(loaded[0].record == row("a").record);
  CHECK(loaded[0].input == zero[0]);
  const std::vector known{ids[0]};
  CHECK(ids_of(store->load_outbox(zero, known, 1, 1'000'000)) == std::vector{ids[1]});
  CHECK(ids_of(store->load_outbox(zero, {}, 10, 1)) == std::vector{ids[0]});

  store->remove_outbox(ids);
  store->remove_outbox(ids);
  CHECK(store->load_outbox(zero, {}, 10, 1'000'000).empty());
  CHECK(store->outbox_backlog().rows == 0);

  auto tombstone = row("x");
  tombstone.record.value.reset();
  const auto last = store_rows(*store, {tombstone});
  CHECK(store->load_outbox(zero, {}, 10, 1'000'000).at(0).record == tombstone.record);
  CHECK(store->outbox_backlog().rows == 1);
  store->remove_outbox(last);
}

void strangers(const std::function<std::unique_ptr<Store>()>& connect) {
  auto store = connect();
  const std::vector<InputPartition> zero{{"in", 0}};
  const auto elsewhere = store_rows(*store, {row("elsewhere", 1)});
  const auto mine = store_rows(*store, {row("mine")});
  auto write = [&](const std::vector<std::int64_t>& known,
                   const std::vector<std::int64_t>& published) {
    auto transaction = store->begin({});
    transaction->write_outbox({{row("new")}, published, known, zero});
    const auto written = transaction->commit();
    store->remove_outbox(written.ids);
    return written.strangers;
  };
  CHECK_FALSE(write(mine, {}));
  CHECK(write({}, {}));

  auto zombie = connect();
  auto open = zombie->begin({});
  open->write_outbox({{row("late")}, {}, {}, {}});
  open->rehearse();
  CHECK_FALSE(write(mine, {}));  // not committed: its aggregate's lock is still held
  open->commit();
  CHECK(write(mine, {}));
  const auto late = ids_of(store->load_outbox(zero, mine, 10, 1'000'000));
  REQUIRE(late.size() == 1);

  auto transaction = store->begin({});
  const auto known = std::vector{mine[0], late[0]};
  transaction->write_outbox({{row("new")}, known, known, zero});
  const auto written = transaction->commit();
  CHECK_FALSE(written.strangers);
  CHECK(ids_of(store->load_outbox(zero, {}, 10, 1'000'000)) == written.ids);
  store->remove_outbox(written.ids);
  store->remove_outbox(elsewhere);
}

void attempts(const std::function<std::unique_ptr<Store>()>& connect) {
  const events::Position position{"in", 0, 41};
  auto first = connect();
  CHECK(first->open_run("0-0", noon));
  CHECK(first->begin_attempt(position, noon) == AttemptCount{0, 0, noon, ""});
  CHECK(first->begin_attempt(position, noon).crashes == 0);  // the same run: it lives
  CHECK(first->end_attempt(position, "boom", noon) == AttemptCount{1, 0, noon, "boom"});
  CHECK(first->end_attempt(position, "boom", noon).failed ==
        1);  // asked again after a broken answer
  CHECK(first->begin_attempt(position, noon).crashes == 0);

  auto other = connect();
  CHECK(other->open_run("1-0", noon));
  const auto later = noon + Milliseconds{11'000};
  CHECK(other->begin_attempt(position, noon).crashes == 0);  // perhaps beside a thawed zombie
  CHECK(first->begin_attempt(position, later).crashes == 1);

  auto next_run = connect();
  CHECK_FALSE(next_run->open_run("0-0", later));
  CHECK(next_run->begin_attempt(position, later) == AttemptCount{1, 2, noon, "boom"});
  auto transaction = next_run->begin({});
  transaction->clear_attempt(position);
  transaction->commit();
  CHECK(next_run->begin_attempt(position, later) == AttemptCount{0, 0, later, ""});
  CHECK(next_run->end_attempt(position, std::nullopt, later).failed == 0);
  first->close_run("0-0", later);  // of a run that is over: it says nothing about the next one
  auto last_run = connect();
  CHECK_FALSE(last_run->open_run("0-0", later));
  last_run->close_run("0-0", later);
  CHECK(connect()->open_run("0-0", later));
}

}  // namespace

void check_store(const std::function<std::unique_ptr<Store>()>& connect) {
  inbox(connect);
  outbox_order(connect);
  strangers(connect);
  attempts(connect);
  CHECK(connect()->prune_inbox(35, 1000) == 0);
}

}  // namespace hookswitch::messaging
