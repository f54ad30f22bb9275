#include <hookswitch/messaging/batch.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace hookswitch::messaging {
namespace {

const InputPartition home{"raw", 7};

/// A record of which only the value says whose it is.
events::InboundRecord record_of(const std::string& tenant, std::int64_t offset,
                                const std::string& topic = "raw") {
  Uuid id;
  id.bytes[0] = static_cast<std::uint8_t>(1 + offset);
  return events::make_inbound({topic,
                               "key",
                               tenant,
                               {{"ce_specversion", "1.0"},
                                {"ce_id", id.to_string()},
                                {"ce_source", "test"},
                                {"ce_type", "test.Message"},
                                {"ce_time", "2026-11-23T08:00:00Z"},
                                {"dlq_partition", "3"},
                                {"dlq_offset", "1"}}},
                              0, offset);
}

std::optional<TenantId> tenant_in_value(const events::InboundRecord& record) {
  if (!record.value || record.value->empty()) return std::nullopt;
  return TenantId(std::string(*record.value));
}

void admit_all(Batch& batch) {
  batch.admitted(std::vector<bool>(batch.inbox_entries().size(), true));
}

}  // namespace

TEST_CASE("rule 4 tenants in a batch: a record may say in its value whose it is") {
  Batch batch("test", "1", tenant_in_value);
  batch.add(record_of("aurora", 0));
  batch.add(record_of("lindenhof", 1));
  batch.add(record_of("", 2));
  batch.begin({});
  CHECK(batch.tenants() == std::vector{TenantId("aurora"), TenantId("lindenhof")});
  admit_all(batch);
  REQUIRE(batch.deliveries().size() == 3);
  CHECK(batch.deliveries()[1].envelope.tenant == TenantId("lindenhof"));
  CHECK_FALSE(batch.deliveries()[2].envelope.tenant);
}

TEST_CASE("rule 4 tenants in a batch: what a value says is no tenant unless it could be one") {
  Batch batch("test", "1", tenant_in_value);
  batch.add(record_of("lindenhof,aurora", 0));
  batch.begin({});
  CHECK(batch.tenants().empty());
  admit_all(batch);
  CHECK(batch.deliveries().empty());
  REQUIRE(batch.outbox_rows({}, 1000, {}).size() == 1);
  CHECK(batch.dead_reasons() == std::vector<std::string>{"undecodable"});
}

TEST_CASE("rule 5 who publishes: an event may be of another partition than its cause") {
  Batch batch("test", "1", tenant_in_value);
  batch.add(record_of("lindenhof", 0));
  batch.begin({});
  admit_all(batch);
  batch.handled({Handled{{{"out", "own", "", {}}}, {{home, {"out", "other", "", {}}}}}});
  const auto rows = batch.outbox_rows({}, 1000, {});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].record.key == "own");
  CHECK(rows[0].input == InputPartition{"raw", 0});
  CHECK(rows[1].record.key == "other");
  CHECK(rows[1].input == home);
}

TEST_CASE("rule 5 who publishes: a replayed message is of the partition that it died in") {
  Batch batch("test", "1", tenant_in_value);
  batch.add(record_of("lindenhof", 0, "raw.test.retry"));
  batch.begin({});
  admit_all(batch);
  REQUIRE(batch.deliveries().size() == 1);
  CHECK(batch.deliveries()[0].input == InputPartition{"raw", 3});
}

}  // namespace hookswitch::messaging
