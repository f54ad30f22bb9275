#include "support/call_store_memory.hpp"
#include "support/webhooks.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::call_processing::testing {
namespace {

const TenantId lindenhof("lindenhof");

/// One transaction with one webhook.
std::vector<std::string> handle(CallTables& tables, const Sent& sent) {
  CallStoreMemory store(tables, {sent.webhook.tenant});
  const std::vector<CallKey> keys{{sent.webhook.call_id, sent.webhook.tenant}};
  auto opened = store.open(keys, sent.webhook.received_at);
  auto& call = opened.at(0).value();
  auto told = sent.use_case(call, sent.webhook).value();
  const auto names = names_of(told);
  if (call.changed()) store.save(std::vector<ChangedCall>{{&call, std::move(told)}});
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a call's three webhooks, one transaction each, tell its story once") {
  CallTables tables;
  CHECK(handle(tables, started()) == Names{"CallStarted"});
  CHECK(handle(tables, ended()) == Names{"CallEnded", "CallCostReported"});
  CHECK(handle(tables, analyzed()) == Names{"CallAnalyzed", "CallCostReported"});
  const auto after = tables;
  CHECK(handle(tables, started()).empty());
  CHECK(handle(tables, ended()).empty());
  CHECK(handle(tables, analyzed()).empty());
  CHECK(tables == after);
  CHECK(tables.costs.at(CallId("call_1")).size() == 2);
  CHECK(tables.transcripts.at(CallId("call_1")).find("analyzed") != std::string::npos);
}

TEST_CASE("the analysis alone, when the others are late, tells everything it knows") {
  CallTables tables;
  CHECK(handle(tables, analyzed()) ==
        Names{"CallStarted", "CallEnded", "CallAnalyzed", "CallCostReported"});
  CHECK(handle(tables, ended()).empty());
  CHECK(handle(tables, started()).empty());
}

TEST_CASE("a transcript that is not the best one replaces nothing") {
  CallTables tables;
  handle(tables, analyzed());
  handle(tables, ended());
  CHECK(tables.transcripts.at(CallId("call_1")).find("analyzed") != std::string::npos);
}

TEST_CASE("another tenant's call is not to be seen") {
  CallTables tables;
  handle(tables, started());
  CallStoreMemory store(tables, {TenantId("aurora")});
  const std::vector<CallKey> keys{{CallId("call_1"), TenantId("aurora")}};
  CHECK_FALSE(store.open(keys, from_epoch_ms(0)).at(0).has_value());
}

}  // namespace hookswitch::call_processing::testing
