#include "adapters/webhook_facts.hpp"

#include "adapters/field_reader.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/signing/digest.hpp>

#include <algorithm>
#include <cctype>
#include <utility>

namespace hookswitch::booking {
namespace {

constexpr std::size_t uid_bytes_max = 256;  // a Postgres key and a Kafka key; Cal.com's have 22
constexpr std::size_t call_id_bytes_max = 256;
constexpr std::size_t mark_digits = 32;
// Cal.com makes one of the number when the customer gave no address (contracts §4.10).
constexpr std::string_view made_up_address = "@sms.cal.com";

std::string changed_case(std::string text, int (*change)(int)) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [&](unsigned char c) { return static_cast<char>(c < 0x80 ? change(c) : c); });
  return text;
}

/// An array's first object; absent for anything else.
json::Value first_of(const json::Value& array) { return array.at(0); }

std::string element_text(const json::Value& value) {
  const auto read = value.optional_string();
  return read ? without_nul(read->value_or("")) : std::string();
}

std::string real_address(const std::string& email) {
  return email.ends_with(made_up_address) ? std::string() : email;
}

Person host_of(FieldReader& reader, const json::Value& booking) {
  const auto organizer = booking["organizer"];
  return {reader.text(organizer["name"]), reader.text(organizer["email"]), ""};
}

/// The first attendee: who booked. A flat body has the form's answers only.
Person customer_of(FieldReader& reader, const json::Value& booking, bool flat) {
  const auto attendee = first_of(booking["attendees"]);
  Person person{element_text(attendee["name"]), real_address(element_text(attendee["email"])),
                element_text(attendee["phoneNumber"])};
  if (person.phone.empty()) person.phone = reader.text(booking["smsReminderNumber"]);
  if (flat && person.name.empty()) person.name = reader.text(booking["responses"]["name"]);
  if (flat && person.email.empty()) {
    person.email = real_address(reader.text(booking["responses"]["email"]));
  }
  return person;
}

/// Who is named, so that seats can be told apart without keeping whose they are.
std::vector<std::string> seat_marks_of(const json::Value& booking) {
  std::vector<std::string> marks;
  for (const auto& attendee : booking["attendees"].elements()) {
    const auto email = changed_case(element_text(attendee["email"]), std::tolower);
    if (email.empty()) continue;
    marks.push_back(signing::to_hex(signing::sha256(email)).substr(0, mark_digits));
  }
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  return marks;
}

std::int64_t absent_of(const json::Value& booking) {
  std::int64_t absent = 0;
  for (const auto& attendee : booking["attendees"].elements()) {
    const auto marked = attendee["noShow"].optional_boolean();
    if (marked && marked->value_or(false)) ++absent;
  }
  return absent;
}

std::optional<CallId> claimed_call_of(FieldReader& reader, const json::Value& metadata) {
  for (const auto* name : {"retell_call_id", "call_id"}) {
    auto text = reader.text(metadata[name]);
    if (!text.empty() && text.size() <= call_id_bytes_max) return CallId(std::move(text));
  }
  return std::nullopt;
}

void read_moving(FieldReader& reader, const json::Value& booking, BookingFacts& facts) {
  if (auto uid = reader.exact_text(booking["rescheduleUid"], uid_bytes_max)) {
    facts.predecessor = BookingUid(*std::move(uid));
  }
  facts.old_booking_id = reader.integer(booking["rescheduleId"]);
  facts.old_starts_at = reader.instant(booking["rescheduleStartTime"]);
  facts.old_ends_at = reader.instant(booking["rescheduleEndTime"]);
  facts.actor_email = reader.text(booking["rescheduledBy"]);
}

void read_ending(FieldReader& reader, const json::Value& booking, BookingFacts& facts) {
  if (auto by = reader.text(booking["cancelledBy"]); !by.empty()) facts.actor_email = std::move(by);
  facts.reason = reader.text(booking["cancellationReason"]);
  if (facts.reason.empty()) facts.reason = reader.text(booking["rejectionReason"]);
  facts.new_time_requested = reader.flag(booking["requestReschedule"]);
}

BookingFacts facts_of(FieldReader& reader, const json::Value& booking, bool flat) {
  BookingFacts facts;
  facts.status = changed_case(reader.text(booking["status"]), std::toupper);
  facts.starts_at = reader.instant(booking["startTime"]);
  facts.ends_at = reader.instant(booking["endTime"]);
  facts.booking_id = reader.integer(flat ? booking["id"] : booking["bookingId"]);
  facts.event_type_id = reader.integer(booking["eventTypeId"]);
  facts.title = reader.text(booking["title"]);
  facts.time_zone = reader.text(booking["organizer"]["timeZone"]);
  facts.host = host_of(reader, booking);
  facts.customer = customer_of(reader, booking, flat);
  facts.ical_uid = reader.text(booking["iCalUID"]);
  facts.ical_sequence = reader.integer(booking["iCalSequence"]);
  facts.claimed_call = claimed_call_of(reader, booking["metadata"]);
  read_moving(reader, booking, facts);
  read_ending(reader, booking, facts);
  facts.seated = reader.integer(booking["seatsPerTimeSlot"]).value_or(0) > 0;
  if (facts.seated) facts.seat_marks = seat_marks_of(booking);
  return facts;
}

/// All that is said of people who did not come: it says nothing else of its booking.
BookingFacts absence_of(const json::Value& booking) {
  BookingFacts facts;
  facts.absent_attendees = absent_of(booking);
  return facts;
}

/// Where ingress looks for it, in the same order.
BookingUid uid_of(FieldReader& reader, const json::Value& root, const json::Value& booking) {
  for (const auto& value : {booking["uid"], booking["bookingUid"], root["uid"]}) {
    if (auto text = reader.exact_text(value, uid_bytes_max)) return BookingUid(*std::move(text));
  }
  reader.refuse("missing_field", booking["uid"], "is missing");
  return {};
}

}  // namespace

Result<BookingWebhook> webhook_facts(std::string_view body, const events::Envelope& envelope,
                                     IgnoredFields& ignored) {
  const auto document = json::Document::parse_borrowed(body);
  if (!document) return document.error();
  const auto root = document->root();
  const bool flat = root["payload"].kind() != json::Value::Kind::object;
  const auto booking = flat ? root : root["payload"];
  FieldReader reader(ignored);

  BookingWebhook webhook;
  webhook.id = envelope.id;
  webhook.tenant = envelope.tenant.value_or(TenantId());
  webhook.received_at = envelope.time;
  webhook.uid = uid_of(reader, root, booking);
  // A flat body's createdAt is when the booking was made, not when this was said.
  if (!flat) webhook.said_at = reader.lenient_instant(root["createdAt"]);
  webhook.facts = envelope.event == "BOOKING_NO_SHOW_UPDATED" ? absence_of(booking)
                                                              : facts_of(reader, booking, flat);
  if (const auto& rejection = reader.rejection()) return *rejection;
  return webhook;
}

}  // namespace hookswitch::booking
