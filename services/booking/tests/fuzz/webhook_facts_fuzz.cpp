// Any bytes as Cal.com's body, under each event that is told apart: no crash, and what is accepted
// keeps what the store and the domain rely on.
#include "adapters/webhook_facts.hpp"
#include "domain/appointments.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace {

void ensure(bool holds) {
  if (!holds) std::abort();
}

bool storable(const std::string& text) { return text.find('\0') == std::string::npos; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookswitch::booking;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  hookswitch::events::Envelope envelope;
  Appointments open(hookswitch::from_epoch_ms(0));
  for (const auto& [event, said] : {std::pair("BOOKING_CREATED", Said::created),
                                    std::pair("BOOKING_RESCHEDULED", Said::rescheduled),
                                    std::pair("BOOKING_CANCELLED", Said::cancelled),
                                    std::pair("BOOKING_NO_SHOW_UPDATED", Said::no_show)}) {
    envelope.event = event;
    ++envelope.id.bytes[0];
    IgnoredFields ignored;
    const auto webhook = webhook_facts(body, envelope, ignored);
    if (!webhook) continue;
    const auto& facts = webhook->facts;
    ensure(!webhook->uid.empty() && webhook->uid.str().size() <= 256);
    ensure(!facts.predecessor || facts.predecessor->str().size() <= 256);
    ensure(!facts.claimed_call || facts.claimed_call->str().size() <= 256);
    for (const auto* text :
         {&webhook->uid.str(), &facts.status, &facts.title, &facts.time_zone, &facts.host.name,
          &facts.host.email, &facts.customer.name, &facts.customer.email, &facts.customer.phone,
          &facts.ical_uid, &facts.actor_email, &facts.reason}) {
      ensure(storable(*text));
    }
    for (const auto& path : ignored) ensure(path.size() < 64);
    for (const auto& emission : open.hear(said, *webhook)) ensure(emission.sequence > 0);
  }
  return 0;
}
