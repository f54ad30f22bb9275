// Any bytes as Retell's body, under each event of a call: no crash, what is accepted keeps what the
// store and the domain rely on, and hearing it again tells nothing more.
#include "adapters/webhook_facts.hpp"
#include "domain/call.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace hookswitch::call_processing;

void ensure(bool holds) {
  if (!holds) std::abort();
}

struct Storable {
  void operator()(const Said<std::string>& text) const {
    ensure(!text || text->find('\0') == std::string::npos);
  }
  void operator()(const Said<CallStatus>& status) const {
    ensure(!status || status->str().find('\0') == std::string::npos);
  }
  template <class T>
  void operator()(const Said<T>&) const {}
};

bool lies_within(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  hookswitch::events::Envelope envelope;
  envelope.tenant = hookswitch::TenantId("lindenhof");
  for (const auto hear : {&Call::started, &Call::ended, &Call::analyzed}) {
    ++envelope.id.bytes[0];
    IgnoredFields ignored;
    const auto webhook = webhook_facts(body, envelope, ignored);
    if (!webhook) continue;
    ensure(!webhook->call_id.empty() && webhook->call_id.str().size() <= 256);
    for_each_fact(Storable{}, webhook->facts);
    ensure(!webhook->transcript_json || lies_within(*webhook->transcript_json, body));
    for (const auto& path : ignored) ensure(path.size() < 64);
    auto call = Call::first_seen(webhook->call_id, webhook->tenant);
    const auto told = (call.*hear)(*webhook);
    if (!told) continue;
    for (const auto& emission : *told) ensure(emission.sequence > 0);
    const auto again = (call.*hear)(*webhook);
    ensure(again && again->empty());
  }
  return 0;
}
