#include <hookswitch/messaging/dead_letter.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::messaging {
namespace {

const TimePoint noon = from_epoch_ms(1'795'000'000'000);
const std::string id = "0d7a2c1e-6a53-5c1b-8f54-3f1e2d3c4b5a";

std::string header(const events::OutboundRecord& record, const std::string& name) {
  std::string found = "absent";
  int count = 0;
  for (const auto& each : record.headers) {
    if (each.name == name) {
      found = each.value;
      ++count;
    }
  }
  return count > 1 ? "more than one" : found;
}

}  // namespace

TEST_CASE("a dead letter keeps key, value and headers and says where it came from and why") {
  const auto record = events::make_inbound({"raw.v1", "key", "value", {{"ce_id", id}}}, 4, 17);
  const auto origin = origin_of(record, "model");
  const auto letter =
      dead_letter(record, origin, "model", "1.2.3", {"refused", "no_call: /call", 1, noon});
  CHECK(letter.topic == "raw.v1.model.dlq");
  CHECK(letter.key == "key");
  CHECK(letter.value == "value");
  CHECK(header(letter, "ce_id") == id);
  CHECK(header(letter, "dlq_reason") == "refused");
  CHECK(header(letter, "dlq_error") == "no_call: /call");
  CHECK(header(letter, "dlq_topic") == "raw.v1");
  CHECK(header(letter, "dlq_partition") == "4");
  CHECK(header(letter, "dlq_offset") == "17");
  CHECK(header(letter, "dlq_attempts") == "1");
  CHECK(header(letter, "dlq_first_failed_at") == format_rfc3339(noon));
  CHECK(header(letter, "dlq_build") == "1.2.3");
}

TEST_CASE("a replayed message that fails again keeps its first place and its first failure") {
  const auto record = events::make_inbound({"raw.v1.model.retry",
                                            "key",
                                            "value",
                                            {{"ce_id", id},
                                             {"dlq_reason", "failed"},
                                             {"dlq_topic", "raw.v1"},
                                             {"dlq_partition", "4"},
                                             {"dlq_offset", "17"},
                                             {"dlq_first_failed_at", "2026-01-01T00:00:00.000Z"}}},
                                           0, 3);
  const auto origin = origin_of(record, "model");
  CHECK(origin.topic == "raw.v1");
  CHECK(origin.partition == 4);
  CHECK(origin.offset == 17);
  const auto letter = dead_letter(record, origin, "model", "2", {"crashed", "x", 2, noon});
  CHECK(letter.topic == "raw.v1.model.dlq");
  CHECK(header(letter, "dlq_reason") == "crashed");
  CHECK(header(letter, "dlq_partition") == "4");
  CHECK(header(letter, "dlq_offset") == "17");
  CHECK(header(letter, "dlq_first_failed_at") == "2026-01-01T00:00:00.000Z");
}

TEST_CASE("a replayed message with a forged or missing place stands for itself") {
  for (const std::string partition : {"-1", "999999999", "four", ""}) {
    const auto record = events::make_inbound(
        {"raw.v1.model.retry", "k", "v", {{"dlq_partition", partition}, {"dlq_offset", "1"}}}, 0,
        3);
    const auto origin = origin_of(record, "model");
    CHECK_FALSE(origin.known);
    CHECK(origin.topic == "raw.v1");
  }
}

TEST_CASE("a message without a valid id is known by its place, also when it is replayed") {
  const auto lost = events::make_inbound({"raw.v1", "k", "v", {{"ce_id", "nonsense"}}}, 4, 17);
  const auto other = events::make_inbound({"raw.v1", "k", "v", {}}, 4, 18);
  const auto replayed = events::make_inbound(
      {"raw.v1.model.retry", "k", "v", {{"dlq_partition", "4"}, {"dlq_offset", "17"}}}, 0, 0);
  const auto known = events::make_inbound({"raw.v1", "k", "v", {{"ce_id", id}}}, 4, 17);
  const auto id_of = [](const events::InboundRecord& record) {
    return message_id(record, origin_of(record, "model"));
  };
  CHECK(id_of(lost) == id_of(replayed));
  CHECK(id_of(lost) != id_of(other));
  CHECK(id_of(known).to_string() == id);
}

}  // namespace hookswitch::messaging
