#include <hookswitch/routing/retell_body.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <tuple>

namespace hookswitch::routing {
namespace {

std::string refusal_of(std::string_view body) {
  const auto facts = read_retell_body(body);
  return facts ? "accepted" : facts.error().code + " " + facts.error().field;
}

}  // namespace

TEST_CASE("a call's webhook yields what routing needs") {
  const auto facts = read_retell_body(
      R"({"event":"call_ended","call":{"call_id":"call_1","call_type":"phone_call","agent_id":"a",
          "direction":"inbound","from_number":"+491","to_number":"+492","start_timestamp":1795421645120,
          "metadata":{"tenant_id":"aurora"}}})");
  REQUIRE(facts.has_value());
  CHECK(facts->topic == RetellTopic::call);
  CHECK(facts->event == "call_ended");
  CHECK(facts->subject == "call_1");
  CHECK(facts->call_type == "phone_call");
  CHECK(facts->direction == "inbound");
  CHECK(facts->from_number == "+491");
  CHECK(facts->to_number == "+492");
  CHECK(facts->agent_id == "a");
  CHECK(facts->instant == from_epoch_ms(1795421645120));
}

TEST_CASE("a timestamp may be sent as 5.0 or 5e3, as JSON allows") {
  const auto instant = [](const std::string& number) {
    return read_retell_body(R"({"event":"call_ended","call":{"call_id":"c","start_timestamp":)" +
                            number + "}}")
        ->instant;
  };
  CHECK(instant("1795421645120.0") == from_epoch_ms(1795421645120));
  CHECK(instant("5e3") == from_epoch_ms(5000));
  CHECK(instant("null") == std::nullopt);
}

TEST_CASE("events that Retell may add pass when they carry a call") {
  const auto known = read_retell_body(R"({"event":"call_whispered","call":{"call_id":"c"}})");
  REQUIRE(known.has_value());
  CHECK(known->topic == RetellTopic::call);
  const auto other = read_retell_body(R"({"event":"voice_cloned","call":{"call_id":"c"}})");
  REQUIRE(other.has_value());
  CHECK(other->subject == "c");
}

TEST_CASE("an event that we do not know, without a call, is taken as it is") {
  const auto facts = read_retell_body(R"({"event":"agent_published","agent":{"agent_id":"a"}})");
  REQUIRE(facts.has_value());
  CHECK(facts->topic == RetellTopic::unknown);
  CHECK(facts->subject.empty());
}

TEST_CASE("chats are known by their chat id") {
  const auto facts =
      read_retell_body(R"({"event":"chat_ended","chat":{"chat_id":"chat_1","agent_id":"a"}})");
  REQUIRE(facts.has_value());
  CHECK(facts->topic == RetellTopic::chat);
  CHECK(facts->subject == "chat_1");
  const auto transcript =
      read_retell_body(R"({"event":"transcript_updated","chat":{"chat_id":"chat_1"}})");
  REQUIRE(transcript.has_value());
  CHECK(transcript->topic == RetellTopic::chat);
}

TEST_CASE("the question who answers may come without a call id") {
  const auto facts = read_retell_body(
      R"({"event":"call_inbound","event_timestamp":7,"call_inbound":{"from_number":"anonymous","to_number":"+492"}})");
  REQUIRE(facts.has_value());
  CHECK(facts->topic == RetellTopic::inbound);
  CHECK(facts->subject.empty());
  CHECK(facts->to_number == "+492");
  CHECK(facts->instant == from_epoch_ms(7));
}

TEST_CASE("what is not Retell's shape is refused with the field's name") {
  const auto long_id = std::string(257, 'x');
  const auto [body, refusal] = GENERATE_COPY(table<std::string, std::string>({
      {R"([])", "missing_field /event"},
      {R"("call_ended")", "missing_field /event"},
      {R"({})", "missing_field /event"},
      {R"({"event":null})", "missing_field /event"},
      {R"({"event":""})", "missing_field /event"},
      {R"({"event":7})", "wrong_type /event"},
      {R"({"event":"call_ended"})", "missing_field /call"},
      {R"({"event":"call_ended","call":null})", "missing_field /call"},
      {R"({"event":"call_ended","call":[]})", "wrong_type /call"},
      {R"({"event":"transfer_started","call":{}})", "missing_field /call/call_id"},
      {R"({"event":"voice_cloned","call":{}})", "missing_field /call/call_id"},
      {R"({"event":"call_ended","call":{"call_id":""}})", "missing_field /call/call_id"},
      {R"({"event":"call_ended","call":{"call_id":5}})", "wrong_type /call/call_id"},
      {R"({"event":"call_ended","call":{"call_id":")" + long_id + "\"}}", "too_long /call/call_id"},
      {R"({"event":"call_ended","call":{"call_id":"a\u0000b"}})",
       "control_character /call/call_id"},
      {R"({"event":"call_ended","call":{"call_id":"c","to_number":5}})",
       "wrong_type /call/to_number"},
      {R"({"event":"call_ended","call":{"call_id":"c","start_timestamp":"5"}})",
       "wrong_type /call/start_timestamp"},
      {R"({"event":"call_ended","call":{"call_id":"c","start_timestamp":1e30}})",
       "wrong_type /call/start_timestamp"},
      {R"({"event":"call_ended","call":{"call_id":"c","start_timestamp":5.5}})",
       "wrong_type /call/start_timestamp"},
      {R"({"event":"chat_ended","call":{"call_id":"c"}})", "missing_field /chat"},
      {R"({"event":"call_inbound","call":{"call_id":"c"}})", "missing_field /call_inbound"},
  }));
  CAPTURE(body);
  CHECK(refusal_of(body) == refusal);
}

TEST_CASE("a call id of 256 bytes is the longest") {
  CHECK(refusal_of(R"({"event":"call_ended","call":{"call_id":")" + std::string(256, 'x') +
                   "\"}}") == "accepted");
}

TEST_CASE("a duplicate of a key that routing needs is refused, other duplicates pass") {
  CHECK(refusal_of(R"({"event":"call_ended","event":"call_started","call":{"call_id":"c"}})") ==
        "duplicate_key /event");
  CHECK(refusal_of(R"({"event":"call_ended","call":{"call_id":"c","call_id":"d"}})") ==
        "duplicate_key /call/call_id");
  CHECK(refusal_of(R"({"event":"call_ended","call":{"call_id":"c"},"call":{"call_id":"d"}})") ==
        "duplicate_key /call");
  CHECK(
      refusal_of(
          R"({"event":"call_ended","call":{"call_id":"c","to_number":"+1","to\u005fnumber":"+2"}})") ==
      "duplicate_key /call/to_number");
  CHECK(
      refusal_of(
          R"({"event":"call_ended","call":{"call_id":"c","metadata":{"a":1,"a":2},"x":1,"x":2}})") ==
      "accepted");
}

TEST_CASE("what is not JSON in UTF-8 is refused") {
  CHECK(refusal_of("") == "not_json ");
  CHECK(refusal_of("{\"event\":\"call_ended\"") == "not_json ");
  CHECK(refusal_of("\xEF\xBB\xBF{\"event\":\"call_ended\",\"call\":{\"call_id\":\"c\"}}") ==
        "not_json ");
  CHECK(refusal_of("{\"event\":\"call_ended\",\"call\":{\"call_id\":\"c\",\"x\":\"\xC0\x80\"}}") ==
        "not_utf8 ");
  CHECK(refusal_of("{\"event\":\"call_ended\",\"call\":{\"call_id\":\"c\"}} x") == "not_json ");
}

}  // namespace hookswitch::routing
