#include "adapters/call_facts.hpp"

#include "domain/rating.hpp"
#include "support/deliveries.hpp"

#include <hookswitch/calls/v1/call_events.pb.h>

#include <catch2/catch.hpp>

#include <functional>

namespace hookswitch::billing::testing {
namespace {

namespace calls = hookswitch::calls::v1;

Result<CallFact> fact_of(const events::OutboundRecord& record) {
  Batch batch;
  batch.add(record);
  return call_fact(batch.deliveries().at(0));
}

template <class Message>
events::OutboundRecord changed(events::OutboundRecord record,
                               const std::function<void(Message&)>& change) {
  Message message;
  REQUIRE(message.ParseFromString(*record.value));
  change(message);
  record.value = message.SerializeAsString();
  return record;
}

std::string refusal(const events::OutboundRecord& record) {
  const auto fact = fact_of(record);
  return fact ? "taken" : fact.error().code + " " + fact.error().field;
}

}  // namespace

TEST_CASE("the end of a call is read with its instant and length") {
  const auto fact = fact_of(call_ended("call_1")).value();
  CHECK(fact.tenant == TenantId("lindenhof"));
  CHECK(fact.call_id == CallId("call_1"));
  CHECK(std::get<CallOver>(fact.said) ==
        CallOver{true, from_epoch_ms(ended_at_ms), Milliseconds{174'250}});
}

TEST_CASE("an end without its instant or length: the event's own time, and an unknown length") {
  const auto record = changed<calls::CallEnded>(call_ended("call_1", std::nullopt),
                                                [](auto& message) { message.clear_ended_at_ms(); });
  const auto over = std::get<CallOver>(
      fact_of(with_header(record, "ce_time", "2026-11-23T09:00:00Z")).value().said);
  CHECK(format_rfc3339(over.ended_at) == "2026-11-23T09:00:00.000Z");
  CHECK_FALSE(over.duration);
}

TEST_CASE("a call that never connected is over with no length") {
  CHECK(std::get<CallOver>(fact_of(call_not_connected("call_1")).value().said) ==
        CallOver{false, from_epoch_ms(ended_at_ms), Milliseconds{0}});
}

TEST_CASE("a cost is read exactly, and to the millionth") {
  const auto cost =
      std::get<ReportedCost>(fact_of(call_cost("call_1", 2, "0.221666725")).value().said);
  CHECK(cost.revision == 2);
  CHECK(cost.cost.total == Decimal::parse("0.221666725").value());
  CHECK(cost.cost.rounded == Money{CurrencyCode("USD"), 221'667});
}

TEST_CASE("what cannot be billed is refused by the name of its field") {
  using Ended = calls::CallEnded;
  using Cost = calls::CallCostReported;
  auto broken = call_ended("call_1");
  broken.value = "\xff\xff";
  CHECK(refusal(broken) == "not_protobuf ");
  broken.value.reset();
  CHECK(refusal(broken) == "not_protobuf ");
  CHECK(refusal(with_header(call_ended("call_1"), "ce_tenantid", {})) == "no_tenant ce_tenantid");
  CHECK(refusal(call_ended("")) == "wrong_value call_id");
  CHECK(refusal(call_ended(std::string(257, 'x'))) == "wrong_value call_id");
  CHECK(refusal(call_ended("call_1", -1)) == "out_of_range duration_ms");
  CHECK(refusal(call_ended("call_1", call_duration_max.count() + 1)) == "out_of_range duration_ms");
  CHECK(refusal(changed<Ended>(call_ended("call_1"), [](auto& m) { m.set_ended_at_ms(1); })) ==
        "out_of_range ended_at_ms");
  const auto cost = call_cost("call_1", 1, "0.2");
  CHECK(refusal(changed<Cost>(cost, [](auto& m) { m.set_revision(0); })) ==
        "out_of_range revision");
  CHECK(refusal(changed<Cost>(cost, [](auto& m) { m.set_currency("dollars"); })) ==
        "wrong_value currency");
  CHECK(refusal(changed<Cost>(cost, [](auto& m) { m.clear_total(); })) == "missing_field total");
  CHECK(refusal(changed<Cost>(cost, [](auto& m) { m.mutable_total()->set_exponent(65); })) ==
        "out_of_range total.exponent");
  CHECK(refusal(changed<Cost>(cost, [](auto& m) {
          m.mutable_total()->set_coefficient(1'000'000'000'000'000'000);
        })) == "out_of_range total.coefficient");
  CHECK(refusal(changed<Cost>(cost, [](auto& m) { m.mutable_total()->set_exponent(20); })) ==
        "amount_overflow total");
}

TEST_CASE("a refusal says nothing of what was in the event") {
  const auto error = fact_of(call_ended("+4917604069012" + std::string(257, 'x'))).error();
  CHECK(error.to_string().find("4917604069012") == std::string::npos);
}

}  // namespace hookswitch::billing::testing
