#include "adapters/access.hpp"

#include <hookswitch/signing/digest.hpp>

#include <string_view>

namespace hookswitch::directory {
namespace {

http::Response unauthorised() {
  auto response =
      http::problem(401, "Unauthorized", "Authorization: Bearer with a valid token is needed.");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"hookswitch\"");
  return response;
}

std::optional<std::string_view> bearer_token(const http::Request& request) {
  constexpr std::string_view scheme = "bearer ";
  const auto header = request.header("authorization");
  if (!header || header->size() <= scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = (*header)[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != scheme[i]) {
      return std::nullopt;
    }
  }
  return header->substr(scheme.size());
}

}  // namespace

Authorise operator_token(const std::string& token) {
  // Digests have one length, so that the comparison tells nothing of the token's.
  return [expected = signing::sha256(token)](
             const http::Request& request) -> std::variant<Principal, http::Response> {
    const auto given = bearer_token(request);
    if (given && signing::equal_in_constant_time(signing::sha256(*given), expected)) {
      return Principal{};
    }
    return unauthorised();
  };
}

std::optional<http::Response> unless_operator(const Principal& principal) {
  if (!principal.tenant) return std::nullopt;
  return http::problem(403, "Forbidden", "This is the operator's.");
}

}  // namespace hookswitch::directory
