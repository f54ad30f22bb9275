#include <hookswitch/events/record.hpp>

#include <catch2/catch.hpp>

#include <utility>

using namespace hookswitch::events;

TEST_CASE("a record made for a test owns its bytes", "[record]") {
  InboundRecord kept;
  {
    OutboundRecord sent{"topic", "key", "value", {{"a", "1"}, {"a", "2"}, {"b", ""}}};
    InboundRecord made = make_inbound(sent, 3, 41, 1'795'421'801'207);
    sent = {};
    kept = std::move(made);
  }
  CHECK(kept.topic == "topic");
  CHECK(kept.key == "key");
  CHECK(kept.value == "value");
  CHECK(kept.position() == Position{"topic", 3, 41});
  CHECK(kept.timestamp_ms == 1'795'421'801'207);
  CHECK(kept.header("b") == "");
  CHECK_FALSE(kept.header("B").has_value());
}

TEST_CASE("of two headers with one name the last one counts", "[record]") {
  const InboundRecord record = make_inbound({"t", "k", "v", {{"a", "1"}, {"a", "2"}}}, 0, 0);
  CHECK(record.header("a") == "2");
}

TEST_CASE("a tombstone has no value, which is not the empty value", "[record]") {
  CHECK_FALSE(make_inbound({"t", "k", std::nullopt, {}}, 0, 0).value.has_value());
  CHECK(make_inbound({"t", "k", "", {}}, 0, 0).value == "");
}
