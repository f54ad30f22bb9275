#include "composition.hpp"
#include "domain/ids.hpp"
#include "support/deliveries.hpp"

#include <hookswitch/billing/v1/billing_events.pb.h>
#include <hookswitch/events/topics.hpp>
#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/messaging/testing/running_consumer.hpp>
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>

// The way of one event through the real parts: calls' events and plans on the topics, charges out.

namespace hookswitch::billing::testing {
namespace {

using Words = std::vector<std::string>;
using testkit::Seen;

struct RunningService : messaging::testing::RunningConsumer {
  RunningService() : RunningConsumer(definition(), std::string(events::topics::billing)) {}

  /// The first cell of what a superuser finds, or runs.
  std::string sql(const std::string& statement) const {
    postgres::ConnectionOptions options;
    options.url = database.superuser_url();
    postgres::Connection connection(options);
    const auto rows = postgres::execute_alone(connection, statement);
    return rows.empty() ? "no rows" : std::string(rows.at(0, 0).value_or("NULL"));
  }
  void wait_until_sql_says(const std::string& statement, const std::string& expected) const {
    testkit::wait_until(
        statement + " says " + expected, std::chrono::seconds{30},
        [&] { return sql(statement) == expected; }, [&] { return sql(statement); });
  }
};

/// One call of this test, of lindenhof.
struct OneCall {
  std::string id = testkit::unique_name("call");
  std::string key = call_usage_id(TenantId("lindenhof"), CallId(id)).to_string();
};

template <class Message>
Message message_in(const Seen& seen) {
  Message message;
  REQUIRE(seen.headers.at("ce_type") == message.GetTypeName());
  REQUIRE(message.ParseFromString(seen.value));
  return message;
}

}  // namespace

TEST_CASE("how far the directory has been read is what the group has committed that health names") {
  RunningService service;
  const std::string directory(events::topics::directory);
  const auto behind = [&] {
    const auto health = service.health.to_json();
    const auto name = "\"" + directory + "\":\"";
    const auto group = health.find(name) + name.size();
    REQUIRE(health.find(name) != std::string::npos);
    std::int64_t records = 0;
    for (const auto& lag : kafka::group_lag(testkit::test_kafka(),
                                            health.substr(group, health.find('"', group) - group),
                                            {directory}, std::chrono::seconds{10})) {
      records += lag.end - lag.committed;
    }
    return records;
  };
  service.publish(price_plan("lindenhof", 1, {{}}));
  testkit::wait_until("the plan is committed", std::chrono::seconds{30},
                      [&] { return behind() == 0; });
  CHECK(service.sql("SELECT count(*) FROM billing.price_plan") == "1");
  service.stop();
  service.publish(price_plan("lindenhof", 2, {{}}));
  CHECK(behind() == 1);
  service.start();
  testkit::wait_until("the second plan is committed", std::chrono::seconds{30},
                      [&] { return behind() == 0; });
  service.stop();
  service.start();  // with nothing new to read
  CHECK(behind() == 0);
}

TEST_CASE(
    "a call's end, its plan and its cost come out as usage and charge, their repeats as nothing") {
  RunningService service;
  const OneCall call;
  const std::vector<events::OutboundRecord> records{
      price_plan("lindenhof", 1, {{}}), call_ended(call.id), call_cost(call.id, 1, "0.221666725")};
  for (const auto& record : records) service.publish(record);
  service.wait_until_sql_says(
      "SELECT count(*) FROM billing.usage WHERE status = 'priced' AND cost_e6 "
      "IS NOT NULL",
      "1");
  const auto types = service.wait_for(call.key, 2);
  CHECK(types[0] == "UsageRecorded");
  CHECK(types[1] == "ChargePriced");
  for (const auto& record : records) service.publish(record);
  // What comes later under the same keys has been through the same partitions.
  const OneCall marker;
  auto behind = call_ended(marker.id);
  behind.key = call.id;
  service.publish(behind);
  CHECK(service.wait_for(marker.key, 2) == Words{"UsageRecorded", "ChargePriced"});
  CHECK(service.told(call.key).size() == types.size());
  CHECK(service.sql("SELECT net_e6 || ' ' || currency || ' ' || cost_e6 FROM billing.usage WHERE "
                    "call_id = '" +
                    call.id + "'") == "450000 EUR 221667");
}

TEST_CASE("no plan yet: pending over a restart, and priced when the plan comes, in order") {
  RunningService service;
  const OneCall call;
  service.publish(call_cost(call.id, 1, "0.2"));
  service.publish(call_ended(call.id));
  CHECK(service.wait_for(call.key, 1) == Words{"UsageRecorded"});
  service.stop();
  service.start();
  service.publish(price_plan("lindenhof", 1, {{0, "USD"}}));
  CHECK(service.wait_for(call.key, 2) == Words{"UsageRecorded", "ChargePriced"});
  const auto priced =
      message_in<hookswitch::billing::v1::ChargePriced>(service.told(call.key).back());
  CHECK(priced.net_e6() == 450'000);
  CHECK(priced.margin_e6() == 250'000);
  service.publish(call_cost(call.id, 2, "0.3"));
  CHECK(service.wait_for(call.key, 3).back() == "ChargeRepriced");
  std::vector<std::string> sequences;
  for (const auto& seen : service.told(call.key))
    sequences.push_back(seen.headers.at("ce_sequence"));
  CHECK(sequences == Words{"1", "2", "3"});
}

TEST_CASE("rule 4 tenants in a batch: a plan that only says in its value whose it is is taken") {
  RunningService service;
  const OneCall call;
  service.publish(flat_plan("lindenhof", {}));
  service.publish(flat_plan("aurora", {0, "EUR", 200'000, 60, 1}));
  service.wait_until_sql_says("SELECT count(*) FROM billing.price_plan", "2");
  service.publish(call_ended(call.id));
  CHECK(service.wait_for(call.key, 2) == Words{"UsageRecorded", "ChargePriced"});
  CHECK(message_in<hookswitch::billing::v1::ChargePriced>(service.told(call.key).back()).net_e6() ==
        450'000);
}

TEST_CASE(
    "rule 6 what fails: an impossible event becomes a dead letter, and the partition moves on") {
  RunningService service;
  const OneCall call;
  const auto wrong = call_ended(call.id, -1);
  service.publish(wrong);
  const OneCall next;
  auto behind = call_ended(next.id);
  behind.key = call.id;
  service.publish(behind);
  CHECK(service.wait_for(next.key, 1) == Words{"UsageRecorded"});
  const auto letter = service.wait_for_dead_letter(header_of(wrong, "ce_id"));
  CHECK(letter.headers.at("dlq_reason") == "refused");
  CHECK(letter.headers.at("dlq_error") == "out_of_range: duration_ms");
  const auto no_owner = plan_gone("lindenhof", 0);
  service.publish(no_owner);
  CHECK(service.wait_for_dead_letter(header_of(no_owner, "ce_id")).headers.at("dlq_error") ==
        "no_tenant: ce_tenantid");
}

TEST_CASE(
    "rule 6 what fails: a dead letter is replayed once its cause is gone, and a second replay "
    "changes nothing") {
  RunningService service;
  const OneCall call;
  service.publish(price_plan("lindenhof", 1, {{}}));
  service.wait_until_sql_says("SELECT count(*) FROM billing.price_plan", "1");
  service.sql(
      "ALTER TABLE billing.journal_line ADD CONSTRAINT broken CHECK (account = '') NOT VALID");
  const auto record = call_ended(call.id);
  service.publish(record);
  const auto letter = service.wait_for_dead_letter(header_of(record, "ce_id"));
  CHECK(letter.headers.at("dlq_reason") == "failed");
  CHECK(letter.headers.at("dlq_error") == "sqlstate 23514");
  CHECK(service.told(call.key).empty());
  service.sql("ALTER TABLE billing.journal_line DROP CONSTRAINT broken");
  auto replay = record;
  replay.topic += ".billing.retry";
  service.publish(replay);
  CHECK(service.wait_for(call.key, 2) == Words{"UsageRecorded", "ChargePriced"});
  service.publish(replay);
  const OneCall marker;
  auto behind = call_ended(marker.id);
  behind.topic += ".billing.retry";
  service.publish(behind);
  CHECK(service.wait_for(marker.key, 2) == Words{"UsageRecorded", "ChargePriced"});
  CHECK(service.told(call.key).size() == 2);
}

}  // namespace hookswitch::billing::testing
