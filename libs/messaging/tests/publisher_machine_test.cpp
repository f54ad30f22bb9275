#include <hookswitch/messaging/publisher_machine.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::messaging {
namespace {

using P = PublisherMachine;
using Ids = std::vector<std::int64_t>;
const TimePoint noon = from_epoch_ms(1'795'000'000'000);

std::vector<OutboxRow> rows(const Ids& ids) {
  std::vector<OutboxRow> result;
  for (const auto id : ids) result.push_back({id, {"in", 0}, {"out", "key", "value", {}}});
  return result;
}

struct Driver {
  PublisherMachine machine{PublisherOptions{.unreported_rows_max = 4}};
  TimePoint now = noon;

  Driver() {  // the first look at the table finds nothing
    REQUIRE(std::holds_alternative<P::Load>(machine.next(now)));
    machine.loaded({}, false, now);
  }
  /// The rows it wants to produce now; none when it wants something else.
  std::vector<std::pair<std::uint64_t, std::int64_t>> offered() {
    const auto action = machine.next(now);
    std::vector<std::pair<std::uint64_t, std::int64_t>> result;
    if (const auto* produce = std::get_if<P::Produce>(&action)) {
      for (const auto& [token, row] : produce->rows) result.emplace_back(token, row->id);
    }
    return result;
  }
  std::vector<std::uint64_t> produce(const Ids& expected) {
    std::vector<std::uint64_t> tokens;
    Ids ids;
    for (const auto& [token, id] : offered()) {
      tokens.push_back(token);
      ids.push_back(id);
    }
    CHECK(ids == expected);
    machine.produced(ids.size(), false, now);
    return tokens;
  }
};

}  // namespace

TEST_CASE("committed rows are published from memory in id order, then removable") {
  Driver driver;
  driver.machine.committed(rows({3, 4}), false);
  const auto tokens = driver.produce({3, 4});
  CHECK(driver.machine.removable().empty());
  for (const auto token : tokens) driver.machine.reported({token, Reported::durable}, driver.now);
  CHECK(driver.machine.removable() == Ids{3, 4});
  CHECK(driver.machine.known() == Ids{3, 4});
  CHECK(std::holds_alternative<P::Nothing>(driver.machine.next(driver.now)));
  driver.now += Milliseconds{100};
  CHECK(std::holds_alternative<P::Remove>(driver.machine.next(driver.now)));
  driver.machine.removed(Ids{3, 4});
  CHECK(driver.machine.known().empty());
}

TEST_CASE(
    "with strangers in the table nothing is published from memory, and all comes from the table in "
    "id order") {
  Driver driver;
  driver.machine.committed(rows({7}), true);
  CHECK(std::holds_alternative<P::Load>(driver.machine.next(driver.now)));
  driver.machine.loaded(rows({5, 7}), false, driver.now);
  driver.produce({5, 7});
}

TEST_CASE("rows committed while the table is still being read come from the table too") {
  Driver driver;
  driver.machine.look(driver.now);
  driver.machine.loaded(rows({5}), true, driver.now);
  driver.machine.committed(rows({9}), false);
  driver.produce({5});
  CHECK(std::holds_alternative<P::Load>(driver.machine.next(driver.now)));
  driver.machine.loaded(rows({6, 9}), false, driver.now);
  driver.produce({6, 9});
}

TEST_CASE("rows in flight are not produced twice") {
  Driver driver;
  driver.machine.committed(rows({3}), false);
  const auto tokens = driver.produce({3});
  driver.machine.look(driver.now);
  driver.machine.loaded(rows({3, 4}), false, driver.now);
  driver.produce({4});
  driver.machine.reported({tokens[0], Reported::durable}, driver.now);
  driver.machine.loaded(rows({3}), false, driver.now);
  CHECK(driver.offered().empty());
}

TEST_CASE(
    "after a failed report nothing is produced until all in flight have landed, then in id order "
    "after a pause") {
  Driver driver;
  driver.machine.committed(rows({1, 2, 3}), false);
  const auto tokens = driver.produce({1, 2, 3});
  driver.machine.reported({tokens[0], Reported::durable}, driver.now);
  driver.machine.reported({tokens[1], Reported::in_doubt}, driver.now);
  driver.machine.committed(rows({4}), false);
  driver.now += Milliseconds{10'000};
  CHECK(driver.offered().empty());
  driver.machine.reported({tokens[2], Reported::not_sent}, driver.now);
  driver.now += Milliseconds{10'000};
  driver.produce({2, 3, 4});
}

TEST_CASE("a full queue takes what it can, and the rest follows in order after a pause") {
  Driver driver;
  driver.machine.committed(rows({1, 2, 3}), false);
  REQUIRE(driver.offered().size() == 3);
  driver.machine.produced(1, false, driver.now);
  CHECK(driver.offered().empty());
  driver.now += Milliseconds{100};
  driver.produce({2, 3});
}

TEST_CASE("a refused row blocks the rows behind it and says so") {
  Driver driver;
  driver.machine.committed(rows({1, 2}), false);
  REQUIRE(driver.offered().size() == 2);
  driver.machine.produced(0, true, driver.now);
  CHECK(driver.machine.blocked());
  driver.now += Milliseconds{5000};
  driver.produce({1, 2});
  CHECK_FALSE(driver.machine.blocked());
}

TEST_CASE("forgotten rows are the next owner's, and their late reports are ignored") {
  Driver driver;
  driver.machine.committed(rows({1}), false);
  const auto tokens = driver.produce({1});
  driver.machine.forget();
  driver.machine.reported({tokens[0], Reported::not_sent}, driver.now);
  CHECK(driver.machine.known().empty());
  CHECK(driver.offered().empty());
}

TEST_CASE("it looks for unknown rows each second, and waits when Postgres is away") {
  Driver driver;
  CHECK(std::holds_alternative<P::Nothing>(driver.machine.next(driver.now)));
  driver.now += Milliseconds{1000};
  CHECK(std::holds_alternative<P::Load>(driver.machine.next(driver.now)));
  driver.machine.store_failed(driver.now);
  CHECK(std::holds_alternative<P::Nothing>(driver.machine.next(driver.now)));
  driver.now += Milliseconds{100};
  CHECK(std::holds_alternative<P::Load>(driver.machine.next(driver.now)));
}

TEST_CASE("it has room until its limit of unreported rows") {
  Driver driver;
  driver.machine.committed(rows({1, 2, 3}), false);
  CHECK(driver.machine.has_room());
  driver.machine.committed(rows({4}), false);
  CHECK_FALSE(driver.machine.has_room());
}

}  // namespace hookswitch::messaging
