// Any bytes as Cal.com's body, under each event that is told apart: no crash, and what is accepted
// keeps what the store and the domain rely on, and what is refused names its field.
#include "adapters/webhook_facts.hpp"
#include "domain/appointments.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

void ensure(bool holds) {
  if (!holds) std::abort();
}

/// The document's own codes come without a field: they have an offset.
void check_refusal(const hookswitch::Rejection& rejection) {
  constexpr std::array<std::string_view, 5> of_fields{"missing_field", "wrong_type", "out_of_range",
                                                      "too_long", "not_storable"};
  constexpr std::array<std::string_view, 5> of_texts{"not_json", "not_utf8", "too_large",
                                                     "too_deep", "too_many_members"};
  const auto names = [&rejection](const auto& codes) {
    return std::find(codes.begin(), codes.end(), rejection.code) != codes.end();
  };
  ensure(rejection.field.empty() ? names(of_texts)
                                 : names(of_fields) && rejection.field.starts_with('/'));
  ensure(!rejection.message.empty());
}

bool storable(const std::string& text) { return text.find('\0') == std::string::npos; }

void check_accepted(const hookswitch::booking::BookingWebhook& webhook) {
  const auto& facts = webhook.facts;
  ensure(!webhook.uid.empty() && webhook.uid.str().size() <= 256);
  ensure(!facts.predecessor || facts.predecessor->str().size() <= 256);
  ensure(!facts.claimed_call || facts.claimed_call->str().size() <= 256);
  for (const auto* text :
       {&webhook.uid.str(), &facts.status, &facts.title, &facts.time_zone, &facts.host.name,
        &facts.host.email, &facts.customer.name, &facts.customer.email, &facts.customer.phone,
        &facts.ical_uid, &facts.actor_email, &facts.reason}) {
    ensure(storable(*text));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookswitch::booking;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  hookswitch::events::Envelope envelope;
  Appointments open(hookswitch::from_epoch_ms(0));
  // Only whom nobody saw is read in another way.
  for (const auto& [event, said] :
       {std::pair("BOOKING_CREATED",
                  std::vector{Said::created, Said::rescheduled, Said::cancelled}),
        std::pair("BOOKING_NO_SHOW_UPDATED", std::vector{Said::no_show})}) {
    envelope.event = event;
    IgnoredFields ignored;
    auto webhook = webhook_facts(body, envelope, ignored);
    for (const auto& path : ignored) ensure(path.size() < 64);
    if (!webhook) {
      check_refusal(webhook.error());
      continue;
    }
    check_accepted(*webhook);
    for (const auto each : said) {
      webhook->id.bytes[0] = static_cast<std::uint8_t>(each);
      for (const auto& emission : open.hear(each, *webhook)) ensure(emission.sequence > 0);
    }
  }
  return 0;
}
