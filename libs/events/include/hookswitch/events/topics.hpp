#pragma once
#include <string>
#include <string_view>

/// The topics' names. deploy/topics.yaml declares their partitions and retention; a test compares
/// the two.
namespace hookswitch::events::topics {

inline constexpr std::string_view webhooks_retell = "hookswitch.webhooks.retell.v1";
inline constexpr std::string_view webhooks_calcom = "hookswitch.webhooks.calcom.v1";
inline constexpr std::string_view webhooks_unresolved = "hookswitch.webhooks.unresolved.v1";
inline constexpr std::string_view calls = "hookswitch.calls.v1";
inline constexpr std::string_view billing = "hookswitch.billing.v1";
inline constexpr std::string_view bookings = "hookswitch.bookings.v1";
inline constexpr std::string_view directory = "hookswitch.directory.v1";

/// `<topic>.<service>.dlq`
[[nodiscard]] std::string dead_letters_of(std::string_view topic, std::string_view service);
/// `<topic>.<service>.retry`
[[nodiscard]] std::string retries_of(std::string_view topic, std::string_view service);
/// The topic that `<topic>.<service>.retry` was made from; the name itself when it is no retry
/// topic.
[[nodiscard]] std::string_view original_of(std::string_view topic, std::string_view service);

}  // namespace hookswitch::events::topics
