#include <hookswitch/access/guard.hpp>
#include <hookswitch/http/framing.hpp>

#include <algorithm>
#include <utility>

namespace hookswitch::access {
namespace {

std::variant<Principal, Denial> caller(const TokenSet& tokens, const http::Request& request,
                                       TimePoint now) {
  const auto count = std::ranges::count_if(request.headers, [](const auto& header) {
    return http::equals_ignoring_case(header.first, "authorization");
  });
  // Two of them could be read differently by a proxy and by us.
  if (count > 1) return Denial::malformed;
  return authorise(tokens, request.header("authorization"), now);
}

std::string_view detail_of(Denial denial) {
  switch (denial) {
    case Denial::no_credentials:
      return "A bearer token is needed.";
    case Denial::malformed:
      return "One Authorization header is expected: Bearer, one space, the token.";
    case Denial::unknown:
      return "The token is not known.";
    case Denial::expired:
      return "The token has expired.";
    case Denial::revoked:
      return "The token has been revoked.";
  }
  return "";
}

}  // namespace

http::Response unauthorised(Denial denial) {
  auto response = http::problem(401, "Not authorised", detail_of(denial));
  // RFC 6750 §3.1: no error code when no credentials were sent.
  response.headers.emplace_back("WWW-Authenticate",
                                denial == Denial::no_credentials
                                    ? R"(Bearer realm="hookswitch")"
                                    : R"(Bearer realm="hookswitch", error="invalid_token")");
  return response;
}

http::Response forbidden() {
  auto response = http::problem(403, "Forbidden", "The token is not good for this.");
  response.headers.emplace_back("WWW-Authenticate",
                                R"(Bearer realm="hookswitch", error="insufficient_scope")");
  return response;
}

Guard::Guard(Tokens tokens, const Clock& clock, OnDenied on_denied)
    : tokens_(std::move(tokens)), clock_(&clock), on_denied_(std::move(on_denied)) {}

http::Handler Guard::operator_only(Handler handler) const {
  const auto allowed = [](const http::Request& request, const Principal& principal) {
    return may(principal, {permission_for(request.method), std::nullopt});
  };
  return guarded(allowed, std::move(handler));
}

http::Handler Guard::tenant(std::string path_parameter, Handler handler) const {
  auto allowed = [name = std::move(path_parameter)](const http::Request& request,
                                                    const Principal& principal) {
    const auto found = request.path_parameters.find(name);
    std::optional<TenantId> tenant;
    if (found != request.path_parameters.end()) tenant = TenantId{found->second};
    return may(principal, {permission_for(request.method), std::move(tenant)});
  };
  return guarded(std::move(allowed), std::move(handler));
}

http::Handler Guard::anyone(Handler handler) const {
  const auto allowed = [](const http::Request& request, const Principal& principal) {
    return principal.permission == Permission::write ||
           permission_for(request.method) == Permission::read;
  };
  return guarded(allowed, std::move(handler));
}

http::Handler Guard::guarded(Allowed allowed, Handler handler) const {
  return [tokens = tokens_, clock = clock_, on_denied = on_denied_, allowed = std::move(allowed),
          handler = std::move(handler)](const http::Responder& responder) {
    const auto deny = [&](std::string_view reason, http::Response response) {
      if (on_denied) on_denied(reason);
      responder.respond(std::move(response));
    };
    const auto known = tokens();
    if (!known) {
      return deny("not_ready",
                  http::retry_later(503, "Not ready", "The tokens have not been read yet.", 1));
    }
    const auto verdict = caller(*known, responder.request(), clock->now());
    if (const auto* denial = std::get_if<Denial>(&verdict)) {
      return deny(to_string(*denial), unauthorised(*denial));
    }
    const auto& principal = std::get<Principal>(verdict);
    if (!allowed(responder.request(), principal)) return deny("forbidden", forbidden());
    handler(responder, principal);
  };
}

}  // namespace hookswitch::access
