#include <hookswitch/access/authorise.hpp>
#include <hookswitch/access/token.hpp>

#include <algorithm>

namespace hookswitch::access {
namespace {

constexpr std::string_view scheme = "bearer ";

/// What stands behind `Bearer` and one space; the scheme is compared without case (RFC 9110 §11.1).
std::optional<std::string_view> bearer(std::string_view authorization) {
  if (authorization.size() < scheme.size()) return std::nullopt;
  const bool fits = std::ranges::equal(
      authorization.substr(0, scheme.size()), scheme, {},
      [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (!fits) return std::nullopt;
  return authorization.substr(scheme.size());
}

}  // namespace

std::string_view to_string(Denial denial) {
  switch (denial) {
    case Denial::no_credentials:
      return "no_credentials";
    case Denial::malformed:
      return "malformed";
    case Denial::unknown:
      return "unknown";
    case Denial::expired:
      return "expired";
    case Denial::revoked:
      return "revoked";
  }
  return "unknown";
}

std::variant<Principal, Denial> authorise(const TokenSet& tokens,
                                          std::optional<std::string_view> authorization,
                                          TimePoint now) {
  if (!authorization) return Denial::no_credentials;
  const auto text = bearer(*authorization);
  if (!text) return Denial::malformed;
  const auto id = token_id(*text);
  if (!id) return Denial::malformed;
  static const TokenRecord nobody{};  // no text is known that has a digest of zeros
  const auto found = tokens.find(*id);
  const TokenRecord& record = found != tokens.end() ? found->second : nobody;
  const bool right = signing::equal_in_constant_time(signing::sha256(*text), record.sha256);
  // Only who has the secret learns more than that it is not good.
  if (!right || found == tokens.end()) return Denial::unknown;
  if (record.revoked) return Denial::revoked;
  if (now >= record.expires_at) return Denial::expired;
  return Principal{found->first, record.scope, record.permission};
}

bool may(const Principal& principal, const Need& need) {
  if (need.permission == Permission::write && principal.permission != Permission::write) {
    return false;
  }
  if (std::holds_alternative<Operator>(principal.scope)) return true;
  const auto& tenant = std::get<TenantId>(principal.scope);
  return need.tenant && !tenant.empty() && *need.tenant == tenant;
}

Permission permission_for(std::string_view method) {
  return method == "GET" || method == "HEAD" ? Permission::read : Permission::write;
}

}  // namespace hookswitch::access
