#include "adapters/billing_batch_handler.hpp"
#include "adapters/billing_store_postgres.hpp"
#include "component/database.hpp"
#include "subscriptions.hpp"
#include "support/billing_store_memory.hpp"
#include "support/deliveries.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <random>

namespace hookswitch::billing::testing {
namespace {

using Words = std::vector<std::string>;
const auto now = from_epoch_ms(ended_at_ms + 1'000);
const TenantId lindenhof("lindenhof");
const TenantId aurora("aurora");

std::vector<messaging::Outcome> handle(std::unique_ptr<BillingStore> store, const Batch& batch) {
  telemetry::Registry registry;
  BillingBatchHandler handler(subscriptions(), std::move(store), BillingProbe(registry));
  return handler.handle(batch.deliveries(), now);
}

std::vector<messaging::Outcome> handle(postgres::Transaction& transaction, const Batch& batch) {
  return handle(std::make_unique<BillingStorePostgres>(transaction), batch);
}

Words commit(BillingDatabase& database, const Batch& batch,
             const std::vector<TenantId>& tenants = {lindenhof, aurora}) {
  postgres::Transaction transaction(database.app, tenants);
  const auto outcomes = handle(transaction, batch);
  transaction.commit();
  return words_of(outcomes);
}

Batch batch_of(const std::vector<events::OutboundRecord>& records) {
  Batch batch;
  for (const auto& record : records) batch.add(record);
  return batch;
}

/// What the tables hold of everything that the domain remembers.
BillingTables loaded(BillingDatabase& database, const BillingTables& expected) {
  BillingTables tables;
  postgres::Transaction transaction(database.app, std::vector{lindenhof, aurora});
  BillingStorePostgres store(transaction);
  for (auto& [tenant, plans] : store.open_plans({lindenhof, aurora}, {})) {
    for (const auto& [id, plan] : plans.plans()) tables.plans[{tenant, id}] = plan;
  }
  std::map<UsageKey, Home> keys;
  for (const auto& [key, row] : expected.usages) keys.emplace(key, Home{"unused", 0});
  for (auto& [key, open] : store.open_usages(keys, {})) {
    tables.usages[key] = {open.usage.state(), open.home};
  }
  return tables;
}

}  // namespace

TEST_CASE("a charged call lies in the tables, its history and the books beside it") {
  BillingDatabase database;
  CHECK(commit(database,
               batch_of({price_plan("lindenhof", 1, {{0, "USD"}}), call_ended("call_1"),
                         call_cost("call_1", 1, "0.221666725"), call_cost("call_1", 2, "0.2")})) ==
        Words{"UsageRecorded", "ChargePriced", "ChargeRepriced", "ChargeRepriced"});
  CHECK(database.seen(
            "SELECT concat_ws(' ', status, version, duration_ms, net_e6, currency, cost_e6, "
            "margin_e6) FROM billing.usage") == "priced 4 174250 450000 USD 200000 250000");
  CHECK(
      database.seen("SELECT string_agg(concat_ws(' ', revision, reason, net_e6, cost_total), '; ' "
                    "ORDER BY revision) FROM billing.charge_revision") ==
      "1 priced 450000; 2 provider_cost 450000 0.221666725; 3 provider_cost 450000 0.2");
  CHECK(
      database.seen("SELECT string_agg(concat_ws(' ', account, balance_e6), '; ' ORDER BY account) "
                    "FROM billing.trial_balance") ==
      "provider_accrual -200000; provider_cost 200000; receivable 450000; revenue_usage -450000");
}

TEST_CASE("what was saved is what is loaded: the store in Postgres and the one in memory agree") {
  BillingDatabase database;
  BillingTables tables;
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::vector<events::OutboundRecord> records{
      call_ended("call_1"),
      call_cost("call_1", 1, "1e-30"),
      call_cost("call_1", 2, "-0.000000123456789012"),
      call_cost("call_1", 3, "999999999999.999999"),
      call_ended("call_2", std::nullopt),
      call_not_connected("call_2"),
      call_cost("call_2", 1, "0"),
      call_not_connected("call_3", "aurora"),
      call_cost("call_3", 1, "0.123456789012345678", "aurora"),
      call_cost("call_4", 1, "0.5"),
      call_ended("call_5", 0, "aurora"),
      price_plan("lindenhof", 1, {{0, "USD"}}),
      price_plan("lindenhof", 2, {{0, "USD"}, {ended_at_ms, "EUR", 200'000, 30, 6}}),
      plan_gone("lindenhof", 3),
      price_plan("aurora", 1, {{0, "USD", 123'457, 60, 1}})};
  std::shuffle(records.begin(), records.end(), random);
  for (const auto& record : records) {
    const auto batch = batch_of({record});
    const auto in_memory =
        handle(std::make_unique<BillingStoreMemory>(tables, std::vector{lindenhof, aurora}), batch);
    REQUIRE(commit(database, batch) == words_of(in_memory));
    const auto found = loaded(database, tables);
    REQUIRE(found.plans == tables.plans);
    REQUIRE(found.usages == tables.usages);
  }
  CHECK(database.seen("SELECT count(*) FROM (SELECT FROM billing.trial_balance GROUP BY tenant_id, "
                      "currency HAVING sum(balance_e6) <> 0) AS unbalanced") == "0");
  std::size_t lines = 0;
  for (const auto& [id, entries] : tables.journal) {
    for (const auto& entry : entries) lines += entry.lines.size();
  }
  CHECK(database.seen("SELECT count(*) FROM billing.journal_line") == std::to_string(lines));
}

TEST_CASE(
    "the trial balance of many calls is zero in each currency, and is what the charges sum to") {
  BillingDatabase database;
  Batch batch;
  batch.add(price_plan("lindenhof", 1, {{0, "EUR", 123'457, 1, 1}}));
  for (int i = 0; i < 200; ++i) {
    const auto call = "call_" + std::to_string(i);
    batch.add(call_ended(call, 1'000 + 777 * i));
    batch.add(call_cost(call, 1, "0.0" + std::to_string(1 + i) + "7"));
    if (i % 3 == 0) batch.add(call_cost(call, 2, "0.01"));
  }
  commit(database, batch);
  CHECK(database.seen("SELECT count(*) FROM (SELECT FROM billing.trial_balance GROUP BY tenant_id, "
                      "currency HAVING sum(balance_e6) <> 0) AS unbalanced") == "0");
  CHECK(database.seen(
            "SELECT (SELECT balance_e6 FROM billing.trial_balance WHERE account = "
            "'receivable') = (SELECT sum(net_e6) FROM billing.usage) AND (SELECT balance_e6 "
            "FROM billing.trial_balance WHERE account = 'provider_cost') = (SELECT "
            "sum(cost_e6) FROM billing.usage)") == "t");
}

TEST_CASE("no plan yet: the calls wait in the table, and one plan prices them all") {
  BillingDatabase database;
  Batch calls;
  for (int i = 0; i < 50; ++i) calls.add(call_ended("call_" + std::to_string(i)));
  calls.add(call_ended("call_0", 60'000, "aurora"));
  commit(database, calls);
  CHECK(database.seen("SELECT count(*) FROM billing.usage WHERE status = 'pending'") == "51");
  CHECK(commit(database, batch_of({price_plan("lindenhof", 1, {{}})}), {lindenhof}).size() == 50);
  CHECK(database.seen("SELECT string_agg(tenant_id, ' ') FROM billing.usage WHERE status = "
                      "'pending'") == "aurora");
}

TEST_CASE("a usage is one for its call, kind and revision, for ever and not only for the inbox") {
  BillingDatabase database;
  const auto batch = batch_of({price_plan("lindenhof", 1, {{}}), call_ended("call_1")});
  commit(database, batch);
  CHECK(commit(database, batch).empty());  // no inbox here: the aggregate itself knows
  CHECK(database.seen("SELECT count(*) FROM billing.usage_revision") == "1");
  for (const std::string copy :
       {"INSERT INTO billing.usage_revision SELECT * FROM billing.usage_revision",
        "INSERT INTO billing.charge_revision SELECT * FROM billing.charge_revision",
        "INSERT INTO billing.usage (usage_id, tenant_id, call_id, kind, home_topic, "
        "home_partition) "
        "SELECT 'd0af832a-aa71-5e1d-92d1-65a60bb5fa2d', tenant_id, call_id, kind, home_topic, "
        "home_partition FROM billing.usage"}) {
    INFO(copy);
    postgres::Transaction transaction(database.app, std::vector{lindenhof});
    CHECK_THROWS_AS(transaction.execute(copy), postgres::StatementError);
  }
}

TEST_CASE(
    "rule 4 tenants in a batch: without tenants, or with another one, no row of any table is seen "
    "or written") {
  BillingDatabase database;
  commit(database, batch_of({price_plan("lindenhof", 1, {{}}), call_ended("call_1")}));
  for (const auto* table : {"price_plan", "price_plan_version", "usage", "usage_revision",
                            "charge_revision", "journal_line", "trial_balance"}) {
    const auto count = "SELECT count(*) FROM billing." + std::string(table);
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
  CHECK_THROWS_AS(
      transaction.execute("INSERT INTO billing.price_plan VALUES ('lindenhof', 'x', 1, 1)"),
      postgres::StatementError);
}

TEST_CASE("rule 4 tenants in a batch: every table with a tenant_id forces row-level security") {
  BillingDatabase database;
  CHECK(database.seen(
            "SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND "
            "a.attname = 'tenant_id'"
            " WHERE c.relnamespace = 'billing'::regnamespace AND c.relkind IN ('r', 'p')"
            " AND NOT (c.relforcerowsecurity AND c.relrowsecurity"
            "          AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))") == "0");
}

namespace {

/// Handles `second` in a transaction that has to wait for one that has handled `first`; gives what
/// the second tells.
Words told_after_waiting(BillingDatabase& database, const Batch& first, const Batch& second) {
  postgres::Connection other(at(database.database.app_url()));
  postgres::Transaction transaction(database.app, std::vector{lindenhof});
  handle(transaction, first);
  auto waiting = std::async(std::launch::async, [&] {
    postgres::Transaction behind(other, std::vector{lindenhof});
    auto words = words_of(handle(behind, second));
    behind.commit();
    return words;
  });
  // The second waits for the first; that is what we want to see before the first commits.
  while (database.seen("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                       "datname = current_database()") == "0") {
    REQUIRE(waiting.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout);
  }
  transaction.commit();
  return waiting.get();
}

}  // namespace

TEST_CASE("a plan and a call that come at the same instant do not miss each other") {
  {
    BillingDatabase database;
    CHECK(told_after_waiting(database, batch_of({call_ended("call_1")}),
                             batch_of({price_plan("lindenhof", 1, {{}})})) ==
          Words{"ChargePriced"});
  }
  BillingDatabase database;
  CHECK(told_after_waiting(database, batch_of({price_plan("lindenhof", 1, {{}})}),
                           batch_of({call_ended("call_1")})) ==
        Words{"UsageRecorded", "ChargePriced"});
}

TEST_CASE("rule 5 order: two transactions that see a call first at the same time both count") {
  BillingDatabase database;
  commit(database, batch_of({price_plan("lindenhof", 1, {{}})}));
  CHECK(told_after_waiting(database, batch_of({call_ended("call_1")}),
                           batch_of({call_cost("call_1", 1, "0.2")})) == Words{"ChargeRepriced"});
  CHECK(database.seen("SELECT version FROM billing.usage") == "3");
}

TEST_CASE("calls of one company are priced beside each other") {
  BillingDatabase database;
  commit(database, batch_of({price_plan("lindenhof", 1, {{}})}));
  postgres::Connection other(at(database.database.app_url()));
  postgres::Transaction first(database.app, std::vector{lindenhof});
  handle(first, batch_of({call_ended("call_1")}));
  postgres::Transaction second(other, std::vector{lindenhof});
  CHECK(words_of(handle(second, batch_of({call_ended("call_2")}))) ==
        Words{"UsageRecorded", "ChargePriced"});
  second.commit();
  first.commit();
}

}  // namespace hookswitch::billing::testing
