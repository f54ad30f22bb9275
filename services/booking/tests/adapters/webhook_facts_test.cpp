#include "adapters/webhook_facts.hpp"

#include "support/deliveries.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::booking::testing {
namespace {

Result<BookingWebhook> read(const std::string& event, const std::string& body,
                            IgnoredFields* ignored = nullptr) {
  IgnoredFields unused;
  return webhook_facts(body, envelope_for(event, "uid", body),
                       ignored != nullptr ? *ignored : unused);
}

Rejection refused(const std::string& event, const std::string& body) {
  const auto webhook = read(event, body);
  REQUIRE(webhook.has_error());
  return webhook.error();
}

std::string created_with(const std::string& from, const std::string& to) {
  return with(sample("calcom_booking_created"), from, to);
}

}  // namespace

TEST_CASE("what a created booking's webhook says") {
  IgnoredFields ignored;
  const auto webhook = read("BOOKING_CREATED", sample("calcom_booking_created"), &ignored).value();
  CHECK(ignored.empty());
  CHECK(webhook.uid.str() == first_uid);
  CHECK(webhook.tenant == TenantId("lindenhof"));
  CHECK(webhook.said_at == parse_rfc3339("2026-11-23T08:16:41.207Z"));
  const auto& facts = webhook.facts;
  CHECK(facts.status == "ACCEPTED");
  CHECK(facts.starts_at == parse_rfc3339("2026-11-26T09:30:00Z"));
  CHECK(facts.ends_at == parse_rfc3339("2026-11-26T10:00:00Z"));
  CHECK(facts.booking_id == 918273);
  CHECK(facts.event_type_id == 2204518);
  CHECK(facts.time_zone == "Europe/Berlin");
  CHECK(facts.host == Person{"Dr. Lena Brandt", "lena.brandt@example.org", ""});
  CHECK(facts.customer == Person{"Jana Weiß", "jana.weiss@example.org", "+4917604069012"});
  CHECK(facts.ical_uid == first_uid + "@Cal.com");
  CHECK(facts.ical_sequence == 0);
  CHECK(facts.claimed_call == CallId(call_id));
  CHECK_FALSE(facts.predecessor);
  CHECK_FALSE(facts.seated);
}

TEST_CASE("what a moved booking's webhook says, also as a request") {
  for (const auto* event : {"BOOKING_RESCHEDULED", "BOOKING_REQUESTED"}) {
    const auto webhook = read(event, sample("calcom_booking_rescheduled")).value();
    CHECK(webhook.uid.str() == second_uid);
    CHECK(webhook.facts.predecessor == BookingUid(first_uid));
    CHECK(webhook.facts.old_booking_id == 918273);
    CHECK(webhook.facts.old_starts_at == parse_rfc3339("2026-11-26T09:30:00Z"));
    CHECK(webhook.facts.old_ends_at == parse_rfc3339("2026-11-26T10:00:00Z"));
    CHECK(webhook.facts.actor_email == "jana.weiss@example.org");
  }
}

TEST_CASE("what a cancelled booking's webhook says") {
  const auto body = sample("calcom_booking_cancelled");
  const auto webhook = read("BOOKING_CANCELLED", body).value();
  CHECK(webhook.uid.str() == second_uid);
  CHECK(webhook.facts.status == "CANCELLED");
  CHECK(webhook.facts.reason == "Erkältet");
  CHECK_FALSE(webhook.facts.new_time_requested);
  CHECK_FALSE(webhook.facts.claimed_call);
  const auto asks = with(body, R"("requestReschedule": false)", R"("requestReschedule": true)");
  CHECK(read("BOOKING_CANCELLED", asks).value().facts.new_time_requested);
}

TEST_CASE("an absence has the booking's uid and how many are marked, nothing else") {
  const auto body = sample("calcom_booking_no_show_updated");
  const auto webhook = read("BOOKING_NO_SHOW_UPDATED", body).value();
  CHECK(webhook.uid.str() == second_uid);
  CHECK(webhook.facts.absent_attendees == 1);
  CHECK(webhook.facts.customer == Person{});
  const auto back = with(body, R"("noShow": true)", R"("noShow": false)");
  CHECK(read("BOOKING_NO_SHOW_UPDATED", back).value().facts.absent_attendees == 0);
}

TEST_CASE("a meeting's end is read flat and wrapped") {
  const auto flat = read("MEETING_ENDED", sample("calcom_meeting_ended_flat")).value();
  CHECK(flat.uid.str() == second_uid);
  CHECK_FALSE(flat.said_at);  // its createdAt is the booking's
  CHECK(flat.facts.ends_at == parse_rfc3339("2026-11-27T13:30:00Z"));
  CHECK(flat.facts.booking_id == 918301);
  CHECK(flat.facts.customer.email == "jana.weiss@example.org");
  CHECK(flat.facts.claimed_call == CallId(call_id));
  const auto wrapped =
      with(sample("calcom_booking_rescheduled"), "BOOKING_RESCHEDULED", "MEETING_ENDED");
  CHECK(read("MEETING_ENDED", wrapped).value().uid.str() == second_uid);
}

TEST_CASE("seats are told apart by who is named, without keeping whose they are") {
  const auto body = created_with(R"("seatsPerTimeSlot": null)", R"("seatsPerTimeSlot": 4)");
  const auto facts = read("BOOKING_CREATED", body).value().facts;
  CHECK(facts.seated);
  REQUIRE(facts.seat_marks.size() == 1);
  CHECK(facts.seat_marks[0].find("jana") == std::string::npos);
  const auto louder = with(body, "jana.weiss@example.org", "Jana.Weiss@example.org");
  CHECK(read("BOOKING_CREATED", louder).value().facts.seat_marks == facts.seat_marks);
}

TEST_CASE("an address that Cal.com made of the number is none") {
  const auto body = created_with("jana.weiss@example.org", "4917604069012@sms.cal.com");
  CHECK(read("BOOKING_CREATED", body).value().facts.customer.email.empty());
}

TEST_CASE("what a booking cannot do without is refused, and named") {
  CHECK(refused("BOOKING_CREATED", "no json").code == "not_json");
  CHECK(refused("BOOKING_CREATED", R"({"payload":{}})").to_string() ==
        "missing_field: /payload/uid: is missing");
  CHECK(
      refused("BOOKING_CREATED", created_with(R"("uid": "3kVqgP7nXbW2sLdTf9RzQe")", R"("uid": 7)"))
          .field == "/payload/uid");
  CHECK(refused("BOOKING_CREATED", created_with(R"("uid": "3kVqgP7nXbW2sLdTf9RzQe")",
                                                R"("uid": ")" + std::string(300, 'x') + '"'))
            .code == "too_long");
  CHECK(refused("BOOKING_CREATED", created_with("2026-11-26T09:30:00Z", "next Tuesday"))
            .to_string() ==
        "out_of_range: /payload/startTime: is no instant (RFC 3339) between 2000 and 2100");
  CHECK(refused("BOOKING_CREATED", created_with("2026-11-26T10:00:00Z", "2226-11-26T10:00:00Z"))
            .field == "/payload/endTime");
  CHECK(refused("BOOKING_RESCHEDULED", with(sample("calcom_booking_rescheduled"),
                                            R"("rescheduleUid": "3kVqgP7nXbW2sLdTf9RzQe")",
                                            R"("rescheduleUid": "a\u0000b")"))
            .code == "not_storable");
  CHECK(refused("BOOKING_CANCELLED",
                with(sample("calcom_booking_cancelled"), R"("requestReschedule": false)",
                     R"("requestReschedule": "no")"))
            .field == "/payload/requestReschedule");
}

TEST_CASE("what is only passed on can be odd, and is noted") {
  IgnoredFields ignored;
  auto body = created_with(R"("iCalSequence": 0)", R"("iCalSequence": "zero")");
  body = with(body, R"("title": "Erst)", R"("title": "\u0000Erst)");
  body = with(body, "2026-11-23T08:16:41.207Z", "yesterday");
  const auto webhook = read("BOOKING_CREATED", body, &ignored).value();
  CHECK(ignored == IgnoredFields{"/createdAt", "/payload/title", "/payload/iCalSequence"});
  CHECK_FALSE(webhook.said_at);
  CHECK(
      webhook.facts.title.starts_with("\uFFFD"
                                      "Erst"));
}

TEST_CASE("attendees, metadata and organizer of a wrong kind are as good as none") {
  const std::string body =
      R"({"payload":{"uid":"u","attendees":{"a":1},"metadata":[],"organizer":"x","responses":7}})";
  const auto facts = read("BOOKING_CREATED", body).value().facts;
  CHECK(facts.customer == Person{});
  CHECK_FALSE(facts.claimed_call);
}

}  // namespace hookswitch::booking::testing
