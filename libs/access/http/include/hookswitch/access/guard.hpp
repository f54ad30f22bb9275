#pragma once
#include <hookswitch/access/authorise.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/http/server.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::access {

/// 401 with `WWW-Authenticate: Bearer` (RFC 6750 §3), as problem+json.
[[nodiscard]] http::Response unauthorised(Denial denial);
/// 403: the token is good, and not for this. Says nothing about what is there.
[[nodiscard]] http::Response forbidden();

/// Stands before the handlers of routes. Copyable; the handlers that it makes keep what they need
/// of it, but the clock must outlive them. Thread safe.
class Guard {
 public:
  /// The tokens that are good now; null while they have not been read (503 then). Called on I/O
  /// threads; must not block.
  using Tokens = std::function<std::shared_ptr<const TokenSet>()>;
  /// A route's handler that knows who asks.
  using Handler = std::function<void(const http::Responder&, const Principal&)>;
  /// Is told of each refusal why ("expired", "forbidden"), to count it.
  using OnDenied = std::function<void(std::string_view reason)>;

  Guard(Tokens tokens, const Clock& clock, OnDenied on_denied = {});

  /// For the operator's tokens.
  [[nodiscard]] http::Handler operator_only(Handler handler) const;
  /// For the tokens of the tenant that the path names, and the operator's. `path_parameter` must
  /// occur in the route's pattern.
  [[nodiscard]] http::Handler tenant(std::string path_parameter, Handler handler) const;
  /// For every good token with the permission that the method needs; the handler looks at the
  /// principal's scope itself.
  [[nodiscard]] http::Handler anyone(Handler handler) const;

 private:
  using Allowed = std::function<bool(const http::Request&, const Principal&)>;
  [[nodiscard]] http::Handler guarded(Allowed allowed, Handler handler) const;

  Tokens tokens_;
  const Clock* clock_;
  OnDenied on_denied_;
};

}  // namespace hookswitch::access
