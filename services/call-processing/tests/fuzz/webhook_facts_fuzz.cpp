// Any bytes as Retell's body, under each event of a call: no crash, what is accepted keeps what the
// store and the domain rely on, hearing it again tells nothing more, and what is refused names its
// field.
#include "adapters/webhook_facts.hpp"
#include "domain/call.hpp"

#include <algorithm>
#include <array>
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

/// The document's own codes come without a field: they have an offset.
void check_refusal(const hookswitch::Rejection& rejection) {
  constexpr std::array<std::string_view, 6> of_fields{
      "missing_field", "wrong_type", "out_of_range", "not_exact", "too_long", "not_storable"};
  constexpr std::array<std::string_view, 5> of_texts{"not_json", "not_utf8", "too_large",
                                                     "too_deep", "too_many_members"};
  const auto names = [&rejection](const auto& codes) {
    return std::find(codes.begin(), codes.end(), rejection.code) != codes.end();
  };
  ensure(rejection.field.empty() ? names(of_texts)
                                 : names(of_fields) && rejection.field.starts_with("/call"));
  ensure(!rejection.message.empty());
}

bool lies_within(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  hookswitch::events::Envelope envelope;
  envelope.tenant = hookswitch::TenantId("lindenhof");
  IgnoredFields ignored;
  auto webhook = webhook_facts(body, envelope, ignored);
  if (!webhook) {
    check_refusal(webhook.error());
    return 0;
  }
  ensure(!webhook->call_id.empty() && webhook->call_id.str().size() <= 256);
  for_each_fact(Storable{}, webhook->facts);
  ensure(!webhook->transcript_json || lies_within(*webhook->transcript_json, body));
  for (const auto& path : ignored) ensure(path.size() < 64);
  for (const auto hear : {&Call::started, &Call::ended, &Call::analyzed}) {
    ++webhook->id.bytes[0];
    auto call = Call::first_seen(webhook->call_id, webhook->tenant);
    const auto told = (call.*hear)(*webhook);
    if (!told) continue;
    for (const auto& emission : *told) ensure(emission.sequence > 0);
    const auto again = (call.*hear)(*webhook);
    ensure(again && again->empty());
  }
  return 0;
}
