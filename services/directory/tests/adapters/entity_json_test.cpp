#include "adapters/entity_json.hpp"

#include "adapters/entity_records.hpp"

#include <hookswitch/directory/v1/directory.pb.h>
#include <hookswitch/json/document.hpp>

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::directory;
namespace proto = hookswitch::directory::v1;

namespace {

const TimePoint noon = from_epoch_ms(1'795'500'000'000);

std::vector<Entity> one_of_each() {
  return {
      Company{"anton", "Praxis Anton", "Europe/Berlin"},
      Branch{"anton-mitte", "anton", "Mitte", "Europe/Vienna", {{1, 480, 1080}, {5, 1260, 180}}},
      PhoneNumber{"+493023125017", {{TenantId("anton"), {}, noon}, {TenantId("berta"), noon, {}}}},
      Service{
          "checkup", "anton", "Vorsorge", 30, {2204518}, {"anton-mitte"}, {"Check-up"}, true, 7},
      StaffMember{"anton-1", "anton", "Dr. Grün", {"anton-mitte"}, {"checkup"}, 4711},
      Agent{"agent_1", "anton", "anton-mitte"},
      Organizer{4711, "anton"},
      EventType{2204518, "anton"},
      Workspace{"default", {"anton", "berta"}},
      PricePlan{"anton", "anton", {{1, from_epoch_ms(0), "EUR", 150'000, 60, 60, 500, 10'000}}},
  };
}

Complaints complaints_of(Kind kind, const std::string& id, const std::string& body) {
  Complaints complaints;
  const auto document = json::Document::parse(body);
  REQUIRE(document.has_value());
  static_cast<void>(entity_from_json(kind, id, document->root(), is_time_zone, complaints));
  return complaints;
}

}  // namespace

TEST_CASE("every kind's JSON is read back as what it was") {
  for (const auto& entity : one_of_each()) {
    const auto text = entity_to_json(entity);
    CAPTURE(text);
    Complaints complaints;
    const auto document = json::Document::parse(text);
    REQUIRE(document.has_value());
    const auto key = key_of(entity);
    CHECK(entity_from_json(key.kind, key.id, document->root(), is_time_zone, complaints) == entity);
    CHECK(complaints.empty());
  }
}

TEST_CASE("what is wrong is named by its pointer, all of it at once") {
  const auto complaints = complaints_of(
      Kind::branch, "mitte",
      R"({"company_id":"A","time_zone":"Europe/Entenhausen","opening_hours":[{"weekday":8,"opens":"08:00",)"
      R"("closes":"25:00","break":1}],"a/b":1,"id":"other"})");
  std::vector<std::string> pointers;
  for (const auto& complaint : complaints) pointers.push_back(complaint.pointer);
  std::sort(pointers.begin(), pointers.end());
  CHECK(pointers == std::vector<std::string>{"/a~1b", "/company_id", "/id", "/name",
                                             "/opening_hours/0/break", "/opening_hours/0/closes",
                                             "/opening_hours/0/weekday", "/time_zone"});
}

TEST_CASE("a flood of unknown members is complained about once") {
  std::string body = R"({"company_id":"anton")";
  for (int i = 0; i < 100; ++i) body += ",\"m" + std::to_string(i) + "\":1";
  const auto complaints = complaints_of(Kind::organizer, "4711", body + "}");
  CHECK(complaints == Complaints{{"", "must have at most 100 members"}});
}

TEST_CASE("null, other types, repeats and numbers out of range are refused") {
  const auto refused = [](const std::string& body) {
    return !complaints_of(Kind::service, "s", body).empty();
  };
  const std::string sound = R"("company_id":"anton","name":"n","duration_minutes":30)";
  CHECK_FALSE(refused("{" + sound + "}"));
  CHECK(refused("{" + sound + R"(,"priority":null})"));
  CHECK(refused("{" + sound + R"(,"priority":-1})"));
  CHECK(refused("{" + sound + R"(,"is_default":"yes"})"));
  CHECK(refused("{" + sound + R"(,"event_type_ids":["1"]})"));
  CHECK(refused("{" + sound + R"(,"branch_ids":"mitte"})"));
  CHECK(refused("{" + sound + R"(,"name":"again"})"));
  CHECK(refused("[]"));
}

TEST_CASE("zones are those of the IANA database") {
  CHECK(is_time_zone("Europe/Berlin"));
  CHECK_FALSE(is_time_zone("Mars"));
  CHECK_FALSE(is_time_zone("../etc/passwd"));
  CHECK_FALSE(is_time_zone(""));
}

TEST_CASE("an entity on the topic is its whole state, under the key and the version it has") {
  const auto record = record_of(one_of_each()[2], 17, noon);
  CHECK(record.topic == "hookswitch.directory.v1");
  CHECK(record.key == "number/+493023125017");
  proto::PhoneNumber number;
  REQUIRE(number.ParseFromString(*record.value));
  REQUIRE(number.ownerships_size() == 2);
  CHECK_FALSE(number.ownerships(0).has_from_ms());
  CHECK(number.ownerships(0).until_ms() == to_epoch_ms(noon));
  CHECK(record.headers.find("ce_type") == "hookswitch.directory.v1.PhoneNumber");
  CHECK(record.headers.find("ce_sequence") == "17");
  const auto next = record_of(one_of_each()[2], 18, noon);
  CHECK(record.headers.find("ce_id").value() != next.headers.find("ce_id").value());
}

TEST_CASE("a plan on the topic has its newest version's terms for who reads no versions") {
  auto plan = std::get<PricePlan>(one_of_each().back());
  plan.versions.push_back({2, noon, "CHF", 200'000, 60, 1, 0, 0});
  proto::PricePlan said;
  REQUIRE(said.ParseFromString(*record_of(plan, 1, noon).value));
  CHECK(said.currency() == "CHF");
  CHECK(said.next_increment_s() == 1);
  CHECK(said.versions_size() == 2);
}

TEST_CASE("what is gone is a tombstone under its key") {
  for (const auto& entity : one_of_each()) {
    const auto record = tombstone_of(entity, 3, noon);
    CHECK(record.key == to_string(key_of(entity)));
    CHECK_FALSE(record.value.has_value());
  }
}
