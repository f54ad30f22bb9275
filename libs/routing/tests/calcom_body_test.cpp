#include <hookswitch/routing/calcom_body.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace hookswitch::routing {
namespace {

std::string refusal_of(std::string_view body) {
  const auto facts = read_calcom_body(body);
  return facts ? "accepted" : facts.error().code + " " + facts.error().field;
}

}  // namespace

TEST_CASE("a wrapped booking yields what routing needs") {
  const auto facts = read_calcom_body(
      R"({"triggerEvent":"BOOKING_CREATED","payload":{"uid":"u1","eventTypeId":2204518,
          "organizer":{"id":4711},"metadata":{"tenant_id":"aurora"}}})");
  REQUIRE(facts.has_value());
  CHECK(facts->trigger == "BOOKING_CREATED");
  CHECK(facts->uid == "u1");
  CHECK(facts->event_type_id == 2204518);
  CHECK(facts->organizer_id == 4711);
}

TEST_CASE("a flat booking yields the same") {
  const auto facts = read_calcom_body(
      R"({"triggerEvent":"MEETING_ENDED","uid":"u1","userId":4711,"eventTypeId":2204518})");
  REQUIRE(facts.has_value());
  CHECK(facts->uid == "u1");
  CHECK(facts->event_type_id == 2204518);
  CHECK(facts->organizer_id == 4711);
}

TEST_CASE("a no-show is known by its bookingUid and names no event type") {
  const auto facts = read_calcom_body(
      R"({"triggerEvent":"BOOKING_NO_SHOW_UPDATED","payload":{"bookingUid":"u1","bookingId":5}})");
  REQUIRE(facts.has_value());
  CHECK(facts->uid == "u1");
  CHECK(facts->event_type_id == std::nullopt);
  CHECK(facts->organizer_id == std::nullopt);
}

TEST_CASE("triggers without a booking, an organizer's id or a payload pass") {
  CHECK(refusal_of(R"({"triggerEvent":"PING","payload":{"organizer":{"name":"Cal"}}})") ==
        "accepted");
  CHECK(refusal_of(R"({"triggerEvent":"OOO_CREATED","payload":null})") == "accepted");
  CHECK(refusal_of(R"({"triggerEvent":"NEW_THING"})") == "accepted");
}

TEST_CASE("what is not Cal.com's shape is refused with the field's name") {
  const auto [body, refusal] = GENERATE(table<std::string, std::string>({
      {R"([])", "missing_field /triggerEvent"},
      {R"({"event":"call_ended"})", "missing_field /triggerEvent"},
      {R"({"triggerEvent":1})", "wrong_type /triggerEvent"},
      {R"({"triggerEvent":"X","payload":"y"})", "wrong_type /payload"},
      {R"({"triggerEvent":"X","payload":{"uid":1}})", "wrong_type /payload/uid"},
      {R"({"triggerEvent":"X","payload":{"eventTypeId":"1"}})", "wrong_type /payload/eventTypeId"},
      {R"({"triggerEvent":"X","payload":{"organizer":{"id":"1"}}})",
       "wrong_type /payload/organizer/id"},
      {R"({"triggerEvent":"X","triggerEvent":"Y"})", "duplicate_key /triggerEvent"},
      {R"({"triggerEvent":"X","payload":{"eventTypeId":1,"eventTypeId":2}})",
       "duplicate_key /payload/eventTypeId"},
      {R"({"triggerEvent":"X","payload":{"organizer":{"id":1},"organizer":{"id":2}}})",
       "duplicate_key /payload/organizer"},
  }));
  CAPTURE(body);
  CHECK(refusal_of(body) == refusal);
}

}  // namespace hookswitch::routing
