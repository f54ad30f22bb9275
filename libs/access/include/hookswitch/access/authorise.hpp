#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/signing/digest.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// Who asks, and what they may. Values in, values out.
namespace hookswitch::access {

/// Every tenant, and what belongs to none.
struct Operator {
  friend bool operator==(const Operator&, const Operator&) = default;
};
using Scope = std::variant<Operator, TenantId>;

enum class Permission { read, write };  ///< write includes read

/// What is kept of a token.
struct TokenRecord {
  signing::Digest sha256{};  ///< of the whole token
  Scope scope;
  Permission permission = Permission::read;
  TimePoint expires_at{};  ///< good before it, not at it
  bool revoked = false;
};
/// By token id.
using TokenSet = std::map<std::string, TokenRecord, std::less<>>;

/// Who has shown a good token.
struct Principal {
  std::string token_id;
  Scope scope;
  Permission permission = Permission::read;
  friend bool operator==(const Principal&, const Principal&) = default;
};

enum class Denial {
  no_credentials,
  malformed,  ///< the header is not `Bearer`, one space, a token
  unknown,    ///< no such id, or another secret than that id's
  expired,
  revoked,
};
[[nodiscard]] std::string_view to_string(Denial denial);

/// `authorization` is the header's value, nothing when there is none. The digests are compared in
/// constant time, and an id that nobody has costs the same work. Thread safe.
[[nodiscard]] std::variant<Principal, Denial> authorise(
    const TokenSet& tokens, std::optional<std::string_view> authorization, TimePoint now);

/// What is asked for. Without a tenant it is the operator's.
struct Need {
  Permission permission = Permission::write;
  std::optional<TenantId> tenant;
};
/// The operator may everything its permission allows, a tenant the same among its own things.
[[nodiscard]] bool may(const Principal& principal, const Need& need);

/// GET and HEAD read; every other method writes.
[[nodiscard]] Permission permission_for(std::string_view method);

}  // namespace hookswitch::access
