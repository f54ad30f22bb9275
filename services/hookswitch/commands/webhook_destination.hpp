#pragma once
#include <string>

/// Where webhooks of a provider ("retell", "calcom") go and what they are signed with, as flags and
/// environment have it.
namespace hookswitch::cli {

/// `given`, else HOOKSWITCH_RETELL_API_KEY or HOOKSWITCH_CALCOM_WEBHOOK_SECRET. Throws WrongUse
/// without either.
[[nodiscard]] std::string webhook_key(const std::string& provider, const std::string& given);

/// `given` as it is; one without a path (and HOOKSWITCH_INGRESS_URL) gets the provider's path,
/// below the workspace's when there is one. Throws WrongUse without an http:// address.
[[nodiscard]] std::string webhook_url(const std::string& provider, const std::string& given,
                                      const std::string& workspace);

}  // namespace hookswitch::cli
