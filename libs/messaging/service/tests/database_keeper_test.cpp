#include "guarded_database.hpp"

#include <hookswitch/messaging/database_keeper.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/test_gate.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

namespace hookswitch::messaging::testing {
namespace {

using testkit::TestGate;

/// What `work` writes to stderr.
std::string logged(const std::function<void()>& work) {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  const int before = ::dup(STDERR_FILENO);
  ::dup2(::fileno(file), STDERR_FILENO);
  work();
  ::dup2(before, STDERR_FILENO);
  ::close(before);
  std::rewind(file);
  std::string text;
  std::array<char, 4096> part{};
  for (std::size_t size = 0; (size = std::fread(part.data(), 1, part.size(), file)) > 0;)
    text.append(part.data(), size);
  std::fclose(file);
  return text;
}

std::size_t count_of(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a Postgres that is away when the service starts is logged once, and so is its return") {
  const testkit::TestDatabase database(schema);
  TestGate gate(testkit::address_of(testkit::test_postgres_url()));
  gate.set(TestGate::Mode::refuse);
  const auto behind = [&](const std::string& url) {
    return at(testkit::with_parts(url, "", gate.address(), ""));
  };
  DatabaseKeeper::Options options;
  options.app = behind(database.app_url());
  options.owner = behind(database.owner_url());
  options.schema = schema;
  options.migrations = own_migrations();
  std::atomic<int> away{0};
  std::atomic<bool> ready{false};
  const auto log = logged([&] {
    DatabaseKeeper keeper(options, {[&] { ready = true; }, [&](const auto&) { ++away; }, {}});
    keeper.start();
    const auto soon = std::chrono::seconds(20);
    testkit::wait_until("three tries", soon, [&] { return away >= 3; });
    gate.set(TestGate::Mode::forward);
    testkit::wait_until("the database is in shape", soon, [&] { return ready.load(); });
  });
  CHECK(count_of(log, "\"postgres.away\"") == 1);
  CHECK(count_of(log, "\"postgres.back\"") == 1);
  CHECK(log.find("\"postgres.away\"") < log.find("\"postgres.back\""));
  CHECK_THAT(log, Catch::Contains("cannot connect to Postgres"));
}

TEST_CASE("a malformed URL of either role refuses the start, though Postgres is away") {
  const std::string nobody = "postgresql://u@127.0.0.1:1/x";
  const std::string malformed = "postgresql://u:SECRET@PW@x";
  const bool owner_is_wrong = GENERATE(false, true);
  DatabaseKeeper::Options options;
  options.app = at(owner_is_wrong ? nobody : malformed);
  options.owner = at(owner_is_wrong ? malformed : nobody);
  DatabaseKeeper keeper(options, {[] { FAIL("ready"); }, [](const auto&) { FAIL("away"); }, {}});
  CHECK_THROWS_WITH(keeper.start(), Catch::Contains("the Postgres URL is malformed") &&
                                        !Catch::Contains("SECRET") && !Catch::Contains("PW"));
}

}  // namespace hookswitch::messaging::testing
