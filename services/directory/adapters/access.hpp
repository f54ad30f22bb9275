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

/// Lets a request in, or gives the problem to answer with. Thread safe. The one place where access
/// is decided.
using Authorise = std::function<std::variant<Principal, http::Response>(const http::Request&)>;

/// Whoever bears this token ("Authorization: Bearer …") is an operator; compared in constant time.
[[nodiscard]] Authorise operator_token(const std::string& token);

}  // namespace hookswitch::directory
