#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/http/server.hpp>

#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace hookswitch::directory {

/// Who asks.
struct Principal {
  std::optional<TenantId> tenant;  ///< nothing: an operator
};

/// Lets a request in, or gives the problem to answer with. Thread safe.
using Authorise = std::function<std::variant<Principal, http::Response>(const http::Request&)>;

/// Whoever bears this token ("Authorization: Bearer …") is an operator; compared in constant time.
[[nodiscard]] Authorise operator_token(const std::string& token);

/// What a tenant gets who asks for what is an operator's: 403, whatever is there; nothing for an
/// operator.
[[nodiscard]] std::optional<http::Response> unless_operator(const Principal& principal);

}  // namespace hookswitch::directory
