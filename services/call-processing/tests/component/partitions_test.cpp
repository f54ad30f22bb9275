#include "component/database.hpp"
#include "component/one_webhook.hpp"
#include "composition.hpp"

#include <hookswitch/messaging/database_checks.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::call_processing::testing {
namespace {

using Words = std::vector<std::string>;
const TenantId lindenhof("lindenhof");

std::string as_owner(CallDatabase& database, const std::string& sql) {
  postgres::Connection owner(at(database.database.owner_url()));
  return std::string(postgres::execute_alone(owner, sql).text(0, 0));
}

/// The calls that are more than a name.
std::string kept(CallDatabase& database) {
  return database.seen(
      "SELECT coalesce(string_agg(call_id, ' ' ORDER BY call_id), '') FROM call_processing.call "
      "JOIN call_processing.call_state USING (call_no) JOIN call_processing.call_cost USING "
      "(call_no) JOIN call_processing.call_transcript USING (call_no)");
}

void four_calls(CallDatabase& database) {
  handle(database.app, "call_ended", "call_of_july", "2026-07-31");
  handle(database.app, "call_ended", "call_of_august", "2026-08-31");
  handle(database.app, "call_ended", "call_of_september", "2026-09-01");
  handle(database.app, "call_ended", "call_of_november", "2026-11-15");
}

const std::string drop = "SELECT call_processing.drop_partitions('2026-11-30', 2)";

}  // namespace

TEST_CASE("every table of the service that has a tenant is guarded") {
  CallDatabase database;
  CHECK_NOTHROW(messaging::require_guarded_tenants(database.app, "call_processing"));
}

TEST_CASE("partitions are made four months ahead, once") {
  CallDatabase database;
  const std::string count =
      "SELECT count(*) FROM pg_inherits WHERE inhparent = 'call_processing.call_state'::regclass";
  CHECK(database.seen(count) == "5");
  postgres::Connection owner(at(database.database.owner_url()));
  messaging::make_month_partitions(owner, "call_processing");
  CHECK(database.seen(count) == "5");
}

TEST_CASE("months that are kept no more are dropped, once, and their calls keep their names") {
  CallDatabase database(false);
  as_owner(database, "SELECT call_processing.make_partitions('2026-07-01', 6)");
  four_calls(database);
  REQUIRE(kept(database) == "call_of_august call_of_july call_of_november call_of_september");
  CHECK(as_owner(database, drop) == "10");  // five tables, July and August
  CHECK(as_owner(database, drop) == "0");
  CHECK(kept(database) == "call_of_november call_of_september");
  CHECK(database.seen("SELECT count(*) FROM call_processing.call") == "4");
  CHECK_NOTHROW(messaging::require_guarded_tenants(database.app, "call_processing"));
}

TEST_CASE("what had to go to the default partitions is dropped with its month") {
  CallDatabase database(false);
  four_calls(database);
  CHECK(as_owner(database, drop) == "0");  // rows went, no partition
  CHECK(kept(database) == "call_of_november call_of_september");
  CHECK_NOTHROW(messaging::require_guarded_tenants(database.app, "call_processing"));
}

TEST_CASE("a call that was forgotten takes nothing any more, and stays its tenant's") {
  CallDatabase database(false);
  as_owner(database, "SELECT call_processing.make_partitions('2026-07-01', 6)");
  four_calls(database);
  as_owner(database, drop);
  const Words refused{"refused: call_forgotten"};
  CHECK(handle(database.app, "call_analyzed", "call_of_july", "2026-11-30") == refused);
  CHECK(handle(database.app, "call_started", "call_of_july", "2026-11-30") == refused);
  CHECK(handle(database.app, "call_started", "call_of_july", "2026-11-30", TenantId("aurora")) ==
        Words{"refused: tenant_mismatch"});
  CHECK(handle(database.app, "call_analyzed", "call_of_september", "2026-11-30") ==
        Words{"CallAnalyzed"});
  CHECK(handle(database.app, "call_started", "call_of_today", "2026-11-30") ==
        Words{"CallStarted"});
  CHECK(kept(database) == "call_of_november call_of_september");
}

TEST_CASE("nobody waits long for months to be dropped: who holds a lock puts it off") {
  CallDatabase database(false);
  four_calls(database);
  postgres::Connection owner(at(database.database.owner_url()));
  {
    postgres::Transaction busy(database.app, std::vector{lindenhof});
    busy.execute("SELECT FROM call_processing.call_state");
    definition().forget(owner, 1);
  }
  CHECK(kept(database) == "call_of_august call_of_july call_of_november call_of_september");
  definition().forget(owner, 1);
  CHECK(kept(database).find("call_of_july") == std::string::npos);
}

TEST_CASE("at least the month before this one is kept") {
  CallDatabase database(false);
  CHECK_THROWS_AS(as_owner(database, "SELECT call_processing.drop_partitions('2026-11-30', 0)"),
                  postgres::StatementError);
}

}  // namespace hookswitch::call_processing::testing
