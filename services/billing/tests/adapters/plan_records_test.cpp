#include "adapters/plan_records.hpp"

#include "support/deliveries.hpp"

#include <hookswitch/directory/v1/directory.pb.h>

#include <catch2/catch.hpp>

namespace hookswitch::billing::testing {
namespace {

std::optional<TenantId> company_of(const events::OutboundRecord& record) {
  return company_of_plan(events::make_inbound(record, 0, 0));
}

Result<PlanRecord> record_of(const events::OutboundRecord& record) {
  Batch batch;
  batch.add(record);
  return plan_record(batch.deliveries().at(0));
}

std::string refusal(const events::OutboundRecord& record) {
  const auto read = record_of(record);
  return read ? "taken" : read.error().code + " " + read.error().field;
}

}  // namespace

TEST_CASE("a plan says in its value whose it is; nothing else of the directory is read for that") {
  CHECK(company_of(flat_plan("lindenhof", {})) == TenantId("lindenhof"));
  CHECK_FALSE(company_of(plan_gone("lindenhof", 0)));
  auto broken = flat_plan("lindenhof", {});
  broken.value = "\xff\xff";
  CHECK_FALSE(company_of(broken));
  auto company = flat_plan("lindenhof", {});
  company.key = "company/lindenhof";
  CHECK_FALSE(company_of(company));
}

TEST_CASE("a plan is read with all its versions") {
  const auto read =
      record_of(
          price_plan("lindenhof", 7, {{0, "EUR", 150'000, 60, 60}, {500, "CHF", 200'000, 30, 6}}))
          .value();
  CHECK(read.plan == PlanId("lindenhof"));
  CHECK(read.sequence == 7);
  REQUIRE(read.versions);
  REQUIRE(read.versions->size() == 2);
  const auto& second = read.versions->at(1);
  CHECK(second.number == 2);
  CHECK(second.valid_from == from_epoch_ms(500));
  CHECK(second.terms.currency == CurrencyCode("CHF"));
  CHECK(second.terms.per_minute_e6 == 200'000);
  CHECK(second.terms.first_increment_s == 30);
  CHECK(second.terms.next_increment_s == 6);
}

TEST_CASE("free threshold and minimum are those of the version") {
  auto record = price_plan("lindenhof", 1, {{}});
  hookswitch::directory::v1::PricePlan plan;
  REQUIRE(plan.ParseFromString(*record.value));
  plan.mutable_versions(0)->set_free_threshold_ms(5'000);
  plan.mutable_versions(0)->set_minimum_e6(9);
  record.value = plan.SerializeAsString();
  const auto terms = record_of(record).value().versions->at(0).terms;
  CHECK(terms.free_threshold == Milliseconds{5'000});
  CHECK(terms.minimum_e6 == 9);
}

TEST_CASE("a plan without versions is version 1, valid from ever") {
  const auto record =
      with_header(flat_plan("lindenhof", {0, "EUR", 150'000, 60, 1}), "ce_tenantid", "lindenhof");
  const auto versions = *record_of(record).value().versions;
  REQUIRE(versions.size() == 1);
  CHECK(versions[0].number == 1);
  CHECK(versions[0].valid_from == from_epoch_ms(0));
  CHECK(versions[0].terms.next_increment_s == 1);
}

TEST_CASE("a tombstone says that the plan is gone, and when") {
  const auto read = record_of(plan_gone("lindenhof", 3)).value();
  CHECK_FALSE(read.versions);
  CHECK(read.changed_at == from_epoch_ms(ended_at_ms + 3));
}

TEST_CASE("what is no plan is refused by the name of its field") {
  const auto good = price_plan("lindenhof", 1, {{}});
  CHECK(refusal(good) == "taken");
  CHECK(refusal(plan_gone("lindenhof", 0)) == "no_tenant ce_tenantid");
  CHECK(refusal(with_header(good, "ce_tenantid", "aurora")) == "tenant_mismatch company_id");
  auto other_key = good;
  other_key.key = "plan/other";
  CHECK(refusal(other_key) == "wrong_value id");
  other_key.key = "plan/";
  CHECK(refusal(other_key) == "wrong_value key");
  auto broken = good;
  broken.value = "\xff\xff";
  CHECK(refusal(broken) == "not_protobuf ");
  CHECK(refusal(price_plan("lindenhof", 1, {{0, "EUR", -1}})) ==
        "not_a_plan versions[0].per_minute_e6");
}

}  // namespace hookswitch::billing::testing
