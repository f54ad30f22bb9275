// Any bytes as a provider's body: no crash, and what is accepted keeps what later parts rely on.
#include <hookswitch/json/document.hpp>
#include <hookswitch/routing/calcom_body.hpp>
#include <hookswitch/routing/retell_body.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void ensure(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookswitch::routing;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto facts = read_retell_body(body)) {
    ensure(!facts->event.empty() && facts->event.size() <= 128);
    ensure(facts->subject.size() <= 256);
    const bool has_id = facts->topic == RetellTopic::call || facts->topic == RetellTopic::chat;
    ensure(!has_id || !facts->subject.empty());
    ensure(hookswitch::json::is_utf8(body));
  }
  if (const auto facts = read_calcom_body(body)) {
    ensure(!facts->trigger.empty() && facts->trigger.size() <= 128);
    ensure(facts->uid.size() <= 256);
    ensure(hookswitch::json::is_utf8(body));
  }
  return 0;
}
