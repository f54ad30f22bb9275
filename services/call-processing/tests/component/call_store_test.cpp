#include "adapters/call_batch_handler.hpp"
#include "adapters/call_store_postgres.hpp"
#include "component/database.hpp"
#include "subscriptions.hpp"
#include "support/call_store_memory.hpp"
#include "support/deliveries.hpp"

#include <catch2/catch.hpp>

#include <future>

namespace hookswitch::call_processing::testing {
namespace {

using Words = std::vector<std::string>;
const auto november = from_epoch_ms(1'795'421'900'000);
const TenantId lindenhof("lindenhof");
const TenantId aurora("aurora");
const std::string call_id = "call_5d1e0c77aa3b49f2b6c8e4d9f01";

std::vector<messaging::Outcome> handle(postgres::Transaction& transaction, const Batch& batch,
                                       TimePoint now = november) {
  telemetry::Registry registry;
  KnownCalls known(1);
  CallBatchHandler handler(subscriptions(), std::make_unique<CallStorePostgres>(transaction, known),
                           WebhookProbe(registry));
  return handler.handle(batch.deliveries(), now);
}

Words commit(CallDatabase& database, const Batch& batch,
             std::vector<TenantId> tenants = {lindenhof, aurora}, TimePoint now = november) {
  postgres::Transaction transaction(database.app, tenants);
  const auto outcomes = handle(transaction, batch, now);
  transaction.commit();
  return words_of(outcomes);
}

Batch whole_call() {
  Batch batch;
  batch.add("call_started", sample("retell_call_started"))
      .add("call_ended", sample("retell_call_ended"))
      .add("call_analyzed", sample("retell_call_analyzed"));
  return batch;
}

}  // namespace

TEST_CASE("a call lies in the tables as its webhooks said") {
  CallDatabase database;
  CHECK(commit(database, whole_call()) ==
        Words{"CallStarted", "CallEnded", "CallCostReported", "CallAnalyzed"});
  CHECK(database.seen(
            "SELECT lifecycle || ' ' || version || ' ' || duration_ms || ' ' || cost_total_usd"
            " FROM call_processing.call_state") == "analyzed 4 174250 0.221666725");
  CHECK(database.seen(
            "SELECT sum(cost_usd) || ' ' || count(*) FROM call_processing.call_cost_item") ==
        "0.221666725 2");
  CHECK(database.seen("SELECT user_sentiment FROM call_processing.call_analysis") == "Positive");
  const auto transcript =
      database.seen("SELECT transcript_json FROM call_processing.call_transcript");
  CHECK(sample("retell_call_analyzed").find(transcript) != std::string::npos);
}

TEST_CASE("every fact names the webhook that it is from") {
  CallDatabase database;
  commit(database, whole_call());
  const auto analyzed =
      envelope_for("call_analyzed", sample("retell_call_analyzed")).id.to_string();
  CHECK(
      database.seen("SELECT webhook_id FROM call_processing.call_fact WHERE fact = 'direction'") ==
      analyzed);
  CHECK(database.seen("SELECT count(*) FROM call_processing.call_fact WHERE event_rank = 3") ==
        "16");
}

TEST_CASE("what was saved is what is loaded: the store in Postgres and the one in memory agree") {
  CallDatabase database;
  CallTables tables;
  const std::vector<std::pair<std::string, std::string>> webhooks{
      {"call_analyzed",
       with(sample("retell_call_analyzed"), "{", "{\"event_timestamp\": 1795421900001,")},
      {"call_started", sample("retell_call_started")},
      {"call_ended", sample("retell_call_ended")},
      {"call_ended", sample("retell_call_ended_not_connected")},
      {"call_analyzed",
       with(with(sample("retell_call_analyzed"), "{", "{\"event_timestamp\": 1795421900002,"),
            "22.1666725", "9.5")}};
  for (const auto& [event, body] : webhooks) {
    Batch batch;
    batch.add(event, body);
    telemetry::Registry registry;
    CallBatchHandler memory(subscriptions(),
                            std::make_unique<CallStoreMemory>(tables, std::vector{lindenhof}),
                            WebhookProbe(registry));
    CHECK(commit(database, batch) == words_of(memory.handle(batch.deliveries(), november)));
  }
  for (const auto& [id, expected] : tables.states) {
    postgres::Transaction transaction(database.app, std::vector{lindenhof});
    KnownCalls known(1);
    CallStorePostgres store(transaction, known);
    const std::vector<CallKey> keys{{id, lindenhof}};
    CHECK(store.open(keys, november).at(0).value().state() == expected);
  }
}

TEST_CASE(
    "a call of another month is found in its partition, and one of no partition in the default "
    "one") {
  CallDatabase database;
  const auto january_2020 = from_epoch_ms(1'578'000'000'000);
  Batch started;
  started.add("call_started", sample("retell_call_started"));
  commit(database, started, {lindenhof}, january_2020);
  CHECK(database.seen("SELECT count(*) FROM call_processing.call_state_default") == "1");
  Batch ended;
  ended.add("call_ended", sample("retell_call_ended"));
  CHECK(commit(database, ended, {lindenhof}) == Words{"CallEnded", "CallCostReported"});
  CHECK(database.seen("SELECT first_seen_month FROM call_processing.call_cost") == "2020-01-01");

  // A partition made afterwards takes its rows out of the default one.
  postgres::Connection owner(at(database.database.owner_url()));
  postgres::execute_alone(owner, "SELECT call_processing.make_partitions('2020-01-15', 1)");
  CHECK(database.seen("SELECT count(*) FROM call_processing.call_state_2020_01") == "1");
  CHECK(database.seen("SELECT count(*) FROM call_processing.call_state_default") == "0");
  Batch analyzed;
  analyzed.add("call_analyzed", sample("retell_call_analyzed"));
  CHECK(commit(database, analyzed, {lindenhof}) == Words{"CallAnalyzed"});
}

TEST_CASE("the largest and smallest costs that are taken can be loaded again") {
  CallDatabase database;
  const std::vector<std::string> cents{
      "1e-28", "-1e-28", "1.23456789012345678e-11", "9e10", "-99999999999.9999999", "0"};
  for (std::size_t i = 0; i < cents.size(); ++i) {
    const auto body = [&](const std::string& more) {
      return R"({"call":{"call_id":"call_)" + std::to_string(i) +
             R"(","call_cost":{"combined_cost":)" + cents[i] +
             R"(,"total_duration_seconds":1e-30,"product_costs":[{"product":"a","cost":)" +
             cents[i] + R"(,"unit_price":)" + cents[i] + "}]}" + more + "}}";
    };
    Batch reported;
    reported.add("call_ended", body(""));
    CHECK(commit(database, reported) == Words{"CallCostReported"});
    Batch again;
    again.add("call_analyzed", body(R"(,"call_analysis":{"user_sentiment":"Positive"})"));
    CHECK(commit(database, again) == Words{"CallAnalyzed"});
    postgres::Transaction transaction(database.app, std::vector{lindenhof});
    KnownCalls known(1);
    CallStorePostgres store(transaction, known);
    const std::vector<CallKey> keys{{CallId("call_" + std::to_string(i)), lindenhof}};
    const auto call = store.open(keys, november).at(0).value();
    REQUIRE(call.state().cost);
    CHECK(call.state().cost->total == Decimal::parse(cents[i]).value().shifted(-2));
    CHECK(call.state().cost->provider_seconds == Decimal(1, -30));
  }
}

TEST_CASE("a first webhook that says nothing but the call's id is followed by what says more") {
  CallDatabase database;
  Batch bare;
  bare.add("call_started", R"({"call":{"call_id":")" + call_id + R"("}})");
  CHECK(commit(database, bare).empty());
  CHECK(database.seen("SELECT lifecycle FROM call_processing.call_state") == "seen");
  CHECK(commit(database, whole_call()) ==
        Words{"CallStarted", "CallEnded", "CallCostReported", "CallAnalyzed"});
}

TEST_CASE("a call of which there is a tenant but no state goes on as if first seen, in its month") {
  CallDatabase database;
  postgres::Connection superuser(at(database.database.superuser_url()));
  postgres::execute_alone(superuser, "INSERT INTO call_processing.call VALUES ('" + call_id +
                                         "', 'lindenhof', '2026-10-01')");
  Batch foreign;
  foreign.add("call_ended", sample("retell_call_ended"), "aurora");
  CHECK(commit(database, foreign, {aurora}) == Words{"refused: tenant_mismatch"});
  CHECK(commit(database, foreign, {aurora, lindenhof}) == Words{"refused: tenant_mismatch"});
  CHECK(commit(database, whole_call()) ==
        Words{"CallStarted", "CallEnded", "CallCostReported", "CallAnalyzed"});
  CHECK(database.seen("SELECT first_seen_month || ' ' || tenant_id || ' ' || version"
                      " FROM call_processing.call_state") == "2026-10-01 lindenhof 4");
}

TEST_CASE(
    "rule 4 tenants in a batch: a batch of two tenants writes each one's rows, and a claim on the "
    "other's call is refused") {
  CallDatabase database;
  const auto aurora_call = with(sample("retell_call_started"), call_id, "call_of_aurora");
  Batch batch;
  batch.add("call_started", sample("retell_call_started"), "lindenhof")
      .add("call_started", aurora_call, "aurora")
      .add("call_ended", sample("retell_call_ended"), "aurora");
  CHECK(commit(database, batch) == Words{"CallStarted", "CallStarted", "refused: tenant_mismatch"});
  CHECK(database.seen("SELECT string_agg(call_id || '=' || tenant_id, ' ' ORDER BY call_id) FROM "
                      "call_processing.call") == call_id + "=lindenhof call_of_aurora=aurora");
}

TEST_CASE(
    "rule 4 tenants in a batch: a call hidden by row-level security is refused, and the batch goes "
    "on") {
  CallDatabase database;
  Batch first;
  first.add("call_started", sample("retell_call_started"), "lindenhof");
  commit(database, first, {lindenhof});
  Batch foreign;
  foreign.add("call_ended", sample("retell_call_ended"), "aurora")
      .add("call_started", with(sample("retell_call_started"), call_id, "call_of_aurora"),
           "aurora");
  CHECK(commit(database, foreign, {aurora}) == Words{"refused: tenant_mismatch", "CallStarted"});
  CHECK(database.seen("SELECT version FROM call_processing.call_state JOIN call_processing.call"
                      " USING (call_no) WHERE call_id = '" +
                      call_id + "'") == "1");
}

TEST_CASE(
    "rule 4 tenants in a batch: without tenants, or with another one, no row of any table is seen "
    "or written") {
  CallDatabase database;
  commit(database, whole_call());
  for (const auto* table : {"call", "call_state", "call_cost", "call_cost_item", "call_analysis",
                            "call_transcript", "call_fact"}) {
    const auto count = "SELECT count(*) FROM call_processing." + std::string(table);
    INFO(table);
    const std::vector<std::vector<TenantId>> strangers{{}, {aurora}};
    for (const auto& tenants : strangers) {
      postgres::Transaction transaction(database.app, tenants);
      CHECK(transaction.execute(count).integer(0, 0) == 0);
    }
    CHECK(postgres::execute_alone(database.app, count).integer(0, 0) == 0);
    postgres::Transaction own(database.app, std::vector{lindenhof});
    CHECK(own.execute(count).integer(0, 0) > 0);
  }
  postgres::Transaction transaction(database.app, std::vector{aurora});
  CHECK_THROWS_AS(transaction.execute(
                      "INSERT INTO call_processing.call VALUES ('x', 'lindenhof', '2026-11-01')"),
                  postgres::StatementError);
}

TEST_CASE(
    "rule 4 tenants in a batch: every table with a tenant_id forces row-level security, partitions "
    "too") {
  CallDatabase database;
  CHECK(database.seen(
            "SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND "
            "a.attname = 'tenant_id'"
            " WHERE c.relnamespace = 'call_processing'::regnamespace AND c.relkind IN ('r', 'p')"
            " AND NOT (c.relforcerowsecurity AND c.relrowsecurity"
            "          AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))") == "0");
  CHECK_THROWS_AS(
      postgres::execute_alone(database.app, "SELECT * FROM call_processing.call_state_default"),
      postgres::StatementError);
}

TEST_CASE("rule 5 order: two transactions that see a call first at the same time both count") {
  CallDatabase database;
  postgres::Connection second_connection(at(database.database.app_url()));
  Batch started;
  started.add("call_started", sample("retell_call_started"));
  postgres::Transaction first(database.app, std::vector{lindenhof});
  CHECK(words_of(handle(first, started)) == Words{"CallStarted"});

  auto second = std::async(std::launch::async, [&] {
    Batch ended;
    ended.add("call_ended", sample("retell_call_ended"));
    postgres::Transaction transaction(second_connection, std::vector{lindenhof});
    auto words = words_of(handle(transaction, ended));
    transaction.commit();
    return words;
  });
  // The second waits for the first; that is what we want to see before the first commits.
  while (database.seen("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                       "datname = current_database()") == "0") {
    REQUIRE(second.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout);
  }
  first.commit();
  CHECK(second.get() == Words{"CallEnded", "CallCostReported"});
  CHECK(database.seen("SELECT version FROM call_processing.call_state") == "3");
}

TEST_CASE("rule 5 order: who waits for a call that is known reads it after the wait, not before") {
  CallDatabase database;
  Batch started;
  started.add("call_started", sample("retell_call_started"));
  commit(database, started);
  postgres::Connection second_connection(at(database.database.app_url()));
  Batch ended;
  ended.add("call_ended", sample("retell_call_ended"));
  postgres::Transaction first(database.app, std::vector{lindenhof});
  CHECK(words_of(handle(first, ended)) == Words{"CallEnded", "CallCostReported"});
  auto second = std::async(std::launch::async, [&] {
    Batch analyzed;
    analyzed.add("call_analyzed", sample("retell_call_analyzed"));
    postgres::Transaction transaction(second_connection, std::vector{lindenhof});
    auto words = words_of(handle(transaction, analyzed));
    transaction.commit();
    return words;
  });
  while (database.seen("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                       "datname = current_database()") == "0") {
    REQUIRE(second.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout);
  }
  first.commit();
  CHECK(second.get() == Words{"CallAnalyzed"});
  CHECK(database.seen("SELECT version FROM call_processing.call_state") == "4");
}

TEST_CASE("a batch of 500 webhooks goes through whole") {
  CallDatabase database;
  Batch batch;
  for (int i = 0; i < 500; ++i) {
    batch.add("call_analyzed",
              with(sample("retell_call_analyzed"), call_id, "call_" + std::to_string(i)));
  }
  CHECK(commit(database, batch).size() == 2000);
  CHECK(database.seen("SELECT count(*) FROM call_processing.call_transcript") == "500");
}

}  // namespace hookswitch::call_processing::testing
