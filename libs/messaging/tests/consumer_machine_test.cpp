#include <hookswitch/messaging/consumer_machine.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::messaging {
namespace {

using M = ConsumerMachine;
using Mode = Scope::Mode;
const TimePoint noon = from_epoch_ms(1'795'000'000'000);

ConsumerOptions options() {
  ConsumerOptions options;
  options.batch_messages = 3;
  options.cautious_messages = 3;
  return options;
}

/// Answers each action as a healthy world does, and remembers what was asked.
struct Driver {
  ConsumerMachine machine{options()};
  TimePoint now = noon;
  bool clean = true;
  bool room = true;
  std::vector<std::uint32_t> batch{0, 0, 1};
  TimePoint oldest = noon - Milliseconds{1};
  std::vector<std::size_t> fresh{0, 1, 2};
  AttemptCount count;
  std::vector<std::string> asked;

  [[nodiscard]] std::string name() const {
    static const std::vector<std::string> names{
        "OpenRun", "Poll",     "Begin",        "Admit",      "Handle",        "WriteOutbox",
        "Commit",  "Rollback", "BeginAttempt", "EndAttempt", "CommitOffsets", "AwaitReports",
        "Pause",   "Rest",     "Resume",       "Nap"};
    return names.at(machine.action().index());
  }
  void answer(const M::Outcome& outcome) {
    asked.push_back(name());
    machine.resume(outcome, now, room);
  }
  void good() {
    const auto& action = machine.action();
    if (std::holds_alternative<M::OpenRun>(action)) return answer(M::RunOpened{clean, now});
    if (std::holds_alternative<M::Poll>(action)) return answer(M::Polled{batch, oldest});
    if (std::holds_alternative<M::Admit>(action)) {
      return answer(
          M::Admitted{machine.scope().whole() ? fresh : std::vector{machine.scope().item}});
    }
    const bool attempt = std::holds_alternative<M::BeginAttempt>(action) ||
                         std::holds_alternative<M::EndAttempt>(action);
    if (attempt) return answer(M::Attempted{count});
    if (const auto* rest = std::get_if<M::Rest>(&action)) now += rest->patience;
    answer(M::Done{});
  }
  /// Good answers until that action is asked for (which is not answered).
  void until(const std::string& wanted) {
    for (int i = 0; i < 1000 && name() != wanted; ++i) good();
    REQUIRE(name() == wanted);
    asked.clear();
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a batch is one transaction, and its offsets are committed after it") {
  Driver driver;
  for (int i = 0; i < 9; ++i) driver.good();
  CHECK(driver.asked == Names{"OpenRun", "Poll", "Begin", "Admit", "Handle", "WriteOutbox",
                              "Commit", "CommitOffsets", "Poll"});
}

TEST_CASE("an empty poll is followed by another poll") {
  Driver driver;
  driver.batch.clear();
  for (int i = 0; i < 3; ++i) driver.good();
  CHECK(driver.asked == Names{"OpenRun", "Poll", "Poll"});
}

TEST_CASE(
    "when Postgres is away at any step the same batch is tried again after a pause in which "
    "polling goes on") {
  for (const std::string step : {"Begin", "Admit", "Handle", "WriteOutbox", "Commit"}) {
    INFO(step);
    Driver driver;
    driver.until(step);
    driver.answer(M::Unavailable{});
    CHECK(driver.machine.working());
    CHECK(driver.machine.between_transactions());
    driver.until("Begin");
    CHECK(driver.now - noon >= Milliseconds{50});
    CHECK(driver.machine.scope().mode == Mode::batch);
    driver.until("CommitOffsets");
    CHECK(std::get<M::CommitOffsets>(driver.machine.action()).items == 3);
  }
}

TEST_CASE("the pauses grow to five seconds and never end in a dead letter") {
  Driver driver;
  driver.until("Begin");
  auto longest = Milliseconds{0};
  for (int i = 0; i < 40; ++i) {
    const auto began = driver.now;
    driver.answer(M::Unavailable{});
    driver.until("Begin");
    CHECK(driver.machine.scope().mode == Mode::batch);
    longest = std::max(longest, std::chrono::duration_cast<Milliseconds>(driver.now - began));
    CHECK(driver.now - began <= Milliseconds{5200});
  }
  CHECK(longest >= Milliseconds{2500});
}

TEST_CASE("a conflict is tried again at once, five times, then after a pause") {
  Driver driver;
  driver.until("Commit");
  for (int i = 0; i < 5; ++i) {
    driver.answer(M::Conflict{});
    CHECK(driver.name() == "Begin");
    driver.until("Commit");
  }
  driver.answer(M::Conflict{});
  CHECK(driver.name() == "Pause");
}

TEST_CASE("a batch that throws is taken apart, each message rehearsed and then handled alone") {
  Driver driver;
  driver.until("Handle");
  driver.answer(M::Failed{"boom"});
  driver.fresh = {1};  // the others are known by now
  driver.asked.clear();
  for (int i = 0; i < 17; ++i) driver.good();
  CHECK(driver.asked == Names{"Begin", "Admit", "Rollback",  // survey
                              "BeginAttempt", "Begin", "Admit", "Handle",
                              "WriteOutbox",                                        // rehearsal
                              "Rollback", "EndAttempt",                             //
                              "Begin", "Admit", "Handle", "WriteOutbox", "Commit",  // alone
                              "CommitOffsets", "CommitOffsets"});
  CHECK(driver.name() == "Poll");
}

TEST_CASE(
    "a message that throws three times alone is buried, and the messages behind it are handled") {
  Driver driver;
  driver.until("Handle");
  driver.answer(M::Failed{"boom"});
  for (int i = 1; i <= 3; ++i) {
    driver.until("Handle");
    CHECK(driver.machine.scope().mode == Mode::rehearse);
    CHECK(driver.machine.scope().item == 0);
    driver.answer(M::Failed{"boom"});
    REQUIRE(driver.name() == "EndAttempt");
    CHECK(std::get<M::EndAttempt>(driver.machine.action()).error_code == "boom");
    driver.count = {i, 0, noon, "boom"};
    driver.good();
    driver.count = {0, 0, noon, ""};
  }
  REQUIRE(driver.machine.scope().mode == Mode::bury);
  CHECK(driver.machine.scope().reason == "failed");
  CHECK(driver.machine.scope().count.failed == 3);
  driver.until("BeginAttempt");
  CHECK(driver.machine.scope().item == 1);
}

TEST_CASE("a message during which the process ended twice is buried without another try") {
  Driver driver;
  driver.clean = false;
  driver.until("BeginAttempt");
  driver.answer(M::Attempted{{0, 2, noon, ""}});
  CHECK(driver.machine.scope().mode == Mode::bury);
  CHECK(driver.machine.scope().reason == "crashed");
  driver.until("Commit");
}

TEST_CASE("a message that a process has died with waits for the others, and offsets wait for it") {
  Driver driver;
  driver.clean = false;
  driver.until("BeginAttempt");
  driver.answer(M::Attempted{{0, 1, noon, ""}});
  CHECK(driver.name() == "EndAttempt");  // nothing may convict it while it waits
  std::vector<std::size_t> alone;
  std::vector<std::size_t> committed;
  while (driver.name() != "Poll") {
    if (driver.name() == "Commit") alone.push_back(driver.machine.scope().item);
    if (const auto* commit = std::get_if<M::CommitOffsets>(&driver.machine.action())) {
      committed.push_back(commit->items);
    }
    driver.good();
  }
  CHECK(alone == std::vector<std::size_t>{1, 2, 0});
  CHECK(committed == std::vector<std::size_t>{3});
}

TEST_CASE(
    "after a run that ended badly messages are handled alone until a batch of new ones is proven") {
  Driver driver;
  driver.clean = false;
  driver.batch = {0, 0};
  driver.fresh = {0};  // the other one is known and proves nothing
  for (int i = 0; i < 3; ++i) {
    driver.until("Begin");
    CHECK(driver.machine.scope().mode == Mode::survey);
    driver.until("Poll");
    driver.good();
  }
  driver.until("Begin");
  CHECK(driver.machine.scope().mode == Mode::batch);
}

TEST_CASE("what came after the run had begun is not suspected of having ended the one before") {
  Driver driver;
  driver.clean = false;
  driver.until("Begin");
  CHECK(driver.machine.scope().mode == Mode::survey);
  driver.until("Poll");
  driver.oldest = noon + Milliseconds{1};  // it was opened at noon
  driver.good();
  driver.until("Begin");
  CHECK(driver.machine.scope().mode == Mode::batch);
}

TEST_CASE("a commit that throws for a message alone counts as one of its tries") {
  Driver driver;
  driver.clean = false;
  driver.until("Commit");
  CHECK(driver.machine.scope().mode == Mode::alone);
  driver.answer(M::Failed{"at commit"});
  REQUIRE(driver.name() == "BeginAttempt");
  driver.good();
  REQUIRE(driver.name() == "EndAttempt");
  CHECK(std::get<M::EndAttempt>(driver.machine.action()).error_code == "at commit");
}

TEST_CASE("a mark that could not be taken back is taken back before anything else") {
  Driver driver;
  driver.clean = false;
  driver.until("EndAttempt");
  driver.answer(M::Unavailable{});
  CHECK(driver.machine.marked_item() == 0);
  driver.until("Resume");
  driver.good();
  CHECK(driver.name() == "EndAttempt");
}

TEST_CASE("a batch taken away while it waits is not handled") {
  Driver driver;
  driver.until("Commit");
  driver.answer(M::Unavailable{});
  driver.until("Rest");
  driver.machine.dropped();
  driver.good();
  CHECK(driver.name() == "Poll");
  CHECK_FALSE(driver.machine.working());
}

TEST_CASE("with too many rows unreported the next batch waits, and polling goes on") {
  Driver driver;
  driver.until("Poll");
  driver.room = false;
  driver.good();
  CHECK(driver.name() == "AwaitReports");
  driver.good();
  driver.good();
  for (int i = 0; i < 5; ++i) {
    CHECK(driver.name() == "Rest");
    driver.good();
  }
  driver.room = true;
  driver.good();
  CHECK(driver.name() == "Resume");
  driver.good();
  CHECK(driver.name() == "Begin");
}

TEST_CASE("a message with a mark does not wait for room, which would never come") {
  for (const std::string step : {"BeginAttempt", "EndAttempt"}) {
    INFO(step);
    Driver driver;
    driver.clean = false;
    driver.until(step);
    driver.room = false;
    driver.answer(M::Unavailable{});
    CHECK_FALSE(driver.machine.between_transactions());
    driver.until(step);
  }
}

TEST_CASE("without Postgres at the start the worker asks again, and does not poll") {
  Driver driver;
  driver.answer(M::Unavailable{});
  CHECK(driver.name() == "Nap");
  driver.answer(M::Done{});
  CHECK(driver.name() == "OpenRun");
}

}  // namespace hookswitch::messaging
