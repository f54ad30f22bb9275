#include <hookswitch/events/webhook_events.hpp>

#include <catch2/catch.hpp>

using hookswitch::events::webhook_events;
using hookswitch::events::webhook_label;

TEST_CASE("a label says an event that its provider is known to send, and nothing else") {
  CHECK(webhook_label("retell", "call_ended") == "call_ended");
  CHECK(webhook_label("calcom", "BOOKING_CREATED") == "BOOKING_CREATED");
  CHECK(webhook_label("calcom", "call_ended") == "other");
  CHECK(webhook_label("retell", "Jana Weiß") == "other");
  CHECK(webhook_label("somebody", "call_ended") == "other");
  CHECK(webhook_label("", "") == "other");
  CHECK(webhook_events("somebody").empty());
}
