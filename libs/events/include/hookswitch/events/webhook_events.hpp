#pragma once
#include <span>
#include <string_view>

namespace hookswitch::events {

/// The webhooks that "retell" or "calcom" has said that it sends (contracts §2.2 and §3.2); none
/// for another provider. What may be sent is not limited to them: providers add names.
[[nodiscard]] std::span<const std::string_view> webhook_events(std::string_view provider);

/// The event as a metric may say it: "other" for a name that is not one of webhook_events(), so
/// that nothing from outside becomes a label.
[[nodiscard]] std::string_view webhook_label(std::string_view provider, std::string_view event);

}  // namespace hookswitch::events
