#include "events/event_line.hpp"

#include <hookswitch/directory/v1/directory.pb.h>
#include <hookswitch/json/document.hpp>

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::cli;

namespace {

std::string line_of(std::optional<std::string> value, events::Headers headers,
                    const std::string& key = "k") {
  return event_line(
      events::make_inbound({"topic", key, std::move(value), std::move(headers)}, 3, 41));
}

events::Headers protobuf(const std::string& type) {
  return {{"content-type", "application/protobuf"}, {"ce_type", type}};
}

}  // namespace

TEST_CASE("an event is one line with its place, key, headers and data") {
  CHECK(
      line_of("{\"event\": \"call_ended\"}", {{"content-type", "application/json"}, {"ce_id", "1"}},
              "call_1") ==
      R"({"topic":"topic","partition":3,"offset":41,"key":"call_1",)"
      R"("headers":{"ce_id":"1","content-type":"application/json"},"data":{"event": "call_ended"}})");
}

TEST_CASE("JSON is passed on as it was sent, but stays on one line") {
  const auto line = line_of("{\n  \"a\": 1.10,\r\n  \"b\": \"x\\ny\"\n}",
                            {{"content-type", "application/json; charset=utf-8"}});
  CHECK_THAT(line, Catch::Contains(R"("data":{   "a": 1.10,    "b": "x\ny" }})"));
  CHECK(json::Document::parse(line).has_value());
}

TEST_CASE(
    "protobuf of a known type is shown with the schema's names, defaults, and 64-bit numbers as "
    "text") {
  directory::v1::PricePlan plan;
  plan.set_id("lindenhof");
  plan.set_per_minute_e6(9'007'199'254'740'993);
  const auto line =
      line_of(plan.SerializeAsString(), protobuf("hookswitch.directory.v1.PricePlan"));
  CHECK_THAT(line, Catch::Contains(R"("per_minute_e6":"9007199254740993")"));
  CHECK_THAT(line, Catch::Contains(R"("first_increment_s":0)"));
  CHECK_THAT(line, Catch::Contains(R"("currency":"")"));
}

TEST_CASE("a schema that no code names is known all the same") {
  CHECK_THAT(line_of("", protobuf("hookswitch.calls.v1.CallNotConnected")),
             Catch::Contains(R"("disconnection_reason":"")"));
  CHECK_THAT(line_of("", protobuf("hookswitch.bookings.v1.AppointmentBooked")),
             Catch::Contains(R"("calcom_uid":"")"));
}

TEST_CASE("what cannot be read is shown as base64") {
  CHECK_THAT(line_of("\xFF\x00", protobuf("hookswitch.unknown.v1.Thing")),
             Catch::EndsWith(R"("data":"/w=="})"));
  CHECK_THAT(line_of("\xFF\xFF", protobuf("hookswitch.directory.v1.Company")),
             Catch::EndsWith(R"("data":"//8="})"));
  CHECK_THAT(line_of("{broken", {{"content-type", "application/json"}}),
             Catch::EndsWith(R"("data":"e2Jyb2tlbg=="})"));
  CHECK_THAT(line_of("{}", {}), Catch::EndsWith(R"("data":"e30="})"));
}

TEST_CASE("a tombstone has no data, and of a repeated header the last counts") {
  const auto line = line_of(std::nullopt, {{"a", "1"}, {"a", "2"}});
  CHECK_THAT(line, Catch::EndsWith(R"("headers":{"a":"2"},"data":null})"));
}

TEST_CASE("whatever key and headers hold, the line is valid JSON") {
  const auto line = line_of("x", {{"na\"me", "\xFF\n"}}, std::string("\x00\xC3(", 3));
  CHECK(json::Document::parse(line).has_value());
  CHECK(line.find('\n') == std::string::npos);
}
