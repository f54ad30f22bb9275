#include "adapters/call_batch_handler.hpp"
#include "adapters/call_store_postgres.hpp"
#include "component/database.hpp"
#include "subscriptions.hpp"
#include "support/deliveries.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace hookswitch::call_processing::testing {
namespace {

using Words = std::vector<std::string>;
const TenantId lindenhof("lindenhof");
const TenantId aurora("aurora");
const std::string call_id = "call_5d1e0c77aa3b49f2b6c8e4d9f01";
const auto october = parse_rfc3339("2026-10-15T12:00:00Z").value();
const auto november = parse_rfc3339("2026-11-15T12:00:00Z").value();

/// A worker that has met calls before.
struct Worker : CallDatabase {
  Worker() {
    postgres::Connection owner(at(database.owner_url()));
    postgres::execute_alone(owner, "SELECT call_processing.make_partitions('2026-10-01', 3)");
  }

  /// The batch in one transaction, foreseen as the runtime does it; committed or not.
  Words handled(const Batch& batch, TimePoint now, bool commit = true,
                std::vector<TenantId> tenants = {lindenhof}) {
    telemetry::Registry registry;
    postgres::Transaction transaction(app, tenants);
    CallBatchHandler handler(subscriptions(),
                             std::make_unique<CallStorePostgres>(transaction, known),
                             WebhookProbe(registry));
    std::vector<const events::Envelope*> envelopes;
    for (const auto& delivery : batch.deliveries()) envelopes.push_back(&delivery.envelope);
    handler.foresee(envelopes);
    transaction.flush();
    auto words = words_of(handler.handle(batch.deliveries(), now));
    if (commit) transaction.commit();
    return words;
  }

  /// From here on a call that the worker does not know cannot be looked for, or made.
  void only_known_calls() {
    postgres::Connection owner(at(database.owner_url()));
    postgres::execute_alone(owner,
                            "REVOKE INSERT ON call_processing.call FROM call_processing_app");
  }

  KnownCalls known{100};
};

Batch webhook(const std::string& event, const std::string& call = call_id,
              const std::string& tenant = "lindenhof") {
  Batch batch;
  batch.add("call_" + event, with(sample("retell_call_" + event), call_id, call), tenant);
  return batch;
}

}  // namespace

TEST_CASE_METHOD(Worker, "A call that was met before is not looked up again") {
  CHECK(handled(webhook("started"), november) == Words{"CallStarted"});
  only_known_calls();
  CHECK_THROWS_AS(handled(webhook("ended", "another_call"), november), postgres::StatementError);
  CHECK(handled(webhook("ended"), november) == Words{"CallEnded", "CallCostReported"});
  CHECK(handled(webhook("analyzed"), november) == Words{"CallAnalyzed"});
}

TEST_CASE_METHOD(Worker, "Known calls of several months are loaded together") {
  CHECK(handled(webhook("started", "call_of_october"), october) == Words{"CallStarted"});
  CHECK(handled(webhook("started", "call_of_november"), november) == Words{"CallStarted"});
  only_known_calls();
  auto both = webhook("ended", "call_of_october");
  both.add("call_ended", with(sample("retell_call_ended"), call_id, "call_of_november"));
  CHECK(handled(both, november) ==
        Words{"CallEnded", "CallCostReported", "CallEnded", "CallCostReported"});
  CHECK(seen("SELECT string_agg(version::text, ' ' ORDER BY call_no) FROM call_processing."
             "call_state") == "3 3");
}

TEST_CASE_METHOD(Worker, "Known and unknown calls, and one twice, come in one batch") {
  CHECK(handled(webhook("started"), november) == Words{"CallStarted"});
  auto batch = webhook("ended");
  batch.add("call_started", with(sample("retell_call_started"), call_id, "new_call"))
      .add("call_analyzed", sample("retell_call_analyzed"));
  CHECK(handled(batch, november) ==
        Words{"CallEnded", "CallCostReported", "CallStarted", "CallAnalyzed"});
}

TEST_CASE_METHOD(Worker, "A call that was made and rolled back is made again") {
  CHECK(handled(webhook("started"), november, false) == Words{"CallStarted"});
  CHECK(seen("SELECT count(*) FROM call_processing.call") == "0");
  CHECK(handled(webhook("started"), november) == Words{"CallStarted"});
  only_known_calls();
  CHECK(handled(webhook("ended"), november) == Words{"CallEnded", "CallCostReported"});
}

TEST_CASE_METHOD(Worker, "rule 4 tenants in a batch: a known call is its tenant's") {
  CHECK(handled(webhook("started"), november) == Words{"CallStarted"});
  CHECK(handled(webhook("ended", call_id, "aurora"), november, true, {aurora}) ==
        Words{"refused: tenant_mismatch"});
  CHECK(handled(webhook("ended", call_id, "aurora"), november, true, {lindenhof, aurora}) ==
        Words{"refused: tenant_mismatch"});
  CHECK(handled(webhook("ended"), november) == Words{"CallEnded", "CallCostReported"});
}

TEST_CASE_METHOD(Worker, "A known call whose month is kept no more is a forgotten one") {
  const auto may = parse_rfc3339("2026-05-15T12:00:00Z").value();
  postgres::Connection owner(at(database.owner_url()));
  postgres::execute_alone(owner, "SELECT call_processing.make_partitions('2026-05-01', 1)");
  CHECK(handled(webhook("started"), may) == Words{"CallStarted"});
  postgres::execute_alone(owner, "SELECT call_processing.drop_partitions('2026-11-30', 2)");
  CHECK(handled(webhook("ended"), november) == Words{"refused: call_forgotten"});
}

TEST_CASE_METHOD(Worker, "A place that is another call's by now is not believed") {
  CHECK(handled(webhook("started", "another_call"), november) == Words{"CallStarted"});
  CHECK(handled(webhook("started"), november) == Words{"CallStarted"});
  REQUIRE(seen("SELECT call_no FROM call_processing.call WHERE call_id = 'another_call'") == "1");
  known.remember(CallId(call_id), {1, "2026-11-01"});  // as before the database was restored
  CHECK(handled(webhook("ended"), november) == Words{"CallEnded", "CallCostReported"});
  CHECK(seen("SELECT string_agg(call_id || '=' || version, ' ' ORDER BY call_no) FROM "
             "call_processing.call JOIN call_processing.call_state USING (call_no)") ==
        "another_call=1 " + call_id + "=3");
}

TEST_CASE_METHOD(Worker, "Where one call is not known, all are locked in the order of everybody") {
  CHECK(handled(webhook("started", "low"), november) == Words{"CallStarted"});
  CHECK(handled(webhook("started", "high"), november) == Words{"CallStarted"});
  KnownCalls of_another(100);
  postgres::Connection other(at(database.app_url()));
  postgres::Transaction holding(other, std::vector{lindenhof});
  CallStorePostgres of_other(holding, of_another);
  REQUIRE(of_other.open(std::vector<CallKey>{{CallId("low"), lindenhof}}, november).size() == 1);

  // Who knows `high` alone waits for `low` without it.
  KnownCalls high_alone(100);
  high_alone.remember(CallId("high"), known.find(CallId("high")).value());
  auto waiting = std::async(std::launch::async, [&] {
    postgres::Transaction transaction(app, std::vector{lindenhof});
    CallStorePostgres store(transaction, high_alone);
    store.foresee(std::vector<CallId>{CallId("high"), CallId("low")});
    transaction.flush();
    return store
        .open(std::vector<CallKey>{{CallId("high"), lindenhof}, {CallId("low"), lindenhof}},
              november)
        .size();
  });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (seen("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
              "wait_event_type = 'Lock'") == "0") {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
  }
  CHECK(of_other.open(std::vector<CallKey>{{CallId("high"), lindenhof}}, november).size() == 1);
  holding.commit();
  CHECK(waiting.get() == 2);
}

TEST_CASE("As many calls are known as came last") {
  KnownCalls known(3);
  const auto met = [&](const std::string& call) {
    known.remember(CallId(call), {1, "2026-11-01"});
  };
  const auto knows = [&](const std::string& call) { return known.find(CallId(call)).has_value(); };
  for (const auto* call : {"a", "b", "c", "b"}) met(call);
  CHECK((knows("a") && knows("b") && knows("c")));
  met("d");
  CHECK((!knows("a") && knows("b") && knows("c") && knows("d")));
  for (const auto* call : {"a", "e", "f", "g"}) met(call);
  CHECK((!knows("a") && !knows("d") && knows("e") && knows("f") && knows("g")));
  known.remember(CallId("f"), {2, "2026-12-01"});
  CHECK((known.find(CallId("f"))->number == 2 && known.find(CallId("f"))->month == "2026-12-01"));
}

TEST_CASE("Of many calls each is known until as many others have come") {
  constexpr std::size_t calls_max = 50;
  KnownCalls known(calls_max);
  std::mt19937 random(1);
  std::deque<std::int64_t> came;
  for (int met = 0; met < 5'000; ++met) {
    const auto call = static_cast<std::int64_t>(random() % 200);
    known.remember(CallId(std::to_string(call)), {call, "2026-11-01"});
    if (std::find(came.begin(), came.end(), call) != came.end()) continue;
    came.push_back(call);
    if (came.size() > calls_max) came.pop_front();
  }
  for (std::int64_t call = 0; call < 200; ++call) {
    const auto place = known.find(CallId(std::to_string(call)));
    CHECK(place.has_value() == (std::find(came.begin(), came.end(), call) != came.end()));
    if (place) CHECK(place->number == call);
  }
}

}  // namespace hookswitch::call_processing::testing
