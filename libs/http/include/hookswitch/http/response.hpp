#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookswitch::http {

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};  ///< further ones ("Retry-After")
};

[[nodiscard]] Response json_response(unsigned status, std::string body);

/// application/problem+json of RFC 9457. `field` names what was wrong, or is empty. No secrets, no
/// echo of the body.
[[nodiscard]] Response problem(unsigned status, std::string_view title, std::string_view detail,
                               std::string_view field = {});
/// 503 or 429 with Retry-After in seconds.
[[nodiscard]] Response retry_later(unsigned status, std::string_view title, std::string_view detail,
                                   int retry_after_seconds);

}  // namespace hookswitch::http
