#include "routes.hpp"

#include "adapters/api_key_endpoints.hpp"
#include "adapters/openapi.hpp"
#include "adapters/provider_key_endpoints.hpp"
#include "adapters/rest_endpoints.hpp"
#include "adapters/rewrap_endpoint.hpp"
#include "adapters/token_admission.hpp"
#include "adapters/token_endpoints.hpp"
#include "adapters/unresolved_endpoints.hpp"

#include <array>
#include <functional>
#include <optional>
#include <utility>

namespace hookswitch::directory {
namespace {

constexpr std::size_t body_limit = std::size_t{1024} * 1024;
constexpr std::chrono::milliseconds answer_deadline{10'000};

struct Collection {
  Kind kind;
  std::string_view path;
};
constexpr std::array collections{
    Collection{Kind::company, "/v1/companies"},    Collection{Kind::branch, "/v1/branches"},
    Collection{Kind::number, "/v1/numbers"},       Collection{Kind::service, "/v1/services"},
    Collection{Kind::staff, "/v1/staff"},          Collection{Kind::agent, "/v1/agents"},
    Collection{Kind::organizer, "/v1/organizers"}, Collection{Kind::event_type, "/v1/event-types"},
    Collection{Kind::workspace, "/v1/workspaces"}, Collection{Kind::plan, "/v1/plans"},
};

using Endpoint =
    std::function<http::Response(const http::Request&, const Principal&, DirectoryDatabase&)>;

/// A request is let in before anything of it is looked at: with the operator's token of the
/// settings, or with one of the table that has the permission, else the one that the method needs.
http::Route guarded(const RouteParts& parts, std::string method, std::string pattern,
                    Endpoint endpoint, std::optional<access::Permission> permission = {}) {
  http::Route route;
  const bool has_body = method == "PUT" || method == "POST";
  route.method = std::move(method);
  route.pattern = std::move(pattern);
  route.body_limit = has_body ? body_limit : 0;
  route.answer_deadline = answer_deadline;
  if (has_body) route.content_types = {"application/json"};
  const auto needed = permission.value_or(access::permission_for(route.method));
  route.handler = [parts, needed,
                   endpoint = std::move(endpoint)](const http::Responder& responder) {
    auto access = parts.authorise(responder.request());
    if (const auto* principal = std::get_if<Principal>(&access)) {
      return parts.workers.submit(
          responder,
          [endpoint, who = *principal](const http::Request& request, DirectoryDatabase& database) {
            return endpoint(request, who, database);
          });
    }
    if (!shows_a_token(responder.request())) {
      return responder.respond(std::move(std::get<http::Response>(access)));
    }
    parts.workers.submit(responder, [endpoint, needed, &clock = parts.clock](
                                        const http::Request& request, DirectoryDatabase& database) {
      auto bearer = bearer_of_stored_token(request, database, clock.now(), needed);
      if (auto* refused = std::get_if<http::Response>(&bearer)) return std::move(*refused);
      return endpoint(request, std::get<Principal>(bearer), database);
    });
  };
  return route;
}

void add_collection(std::vector<http::Route>& routes, const RouteParts& parts,
                    const Collection& collection) {
  const auto kind = collection.kind;
  const std::string all(collection.path);
  const auto one = all + "/{id}";
  const auto add = [&](const char* method, const std::string& pattern, Endpoint endpoint) {
    routes.push_back(guarded(parts, method, pattern, std::move(endpoint)));
  };
  add("GET", all, [kind](const auto& request, const auto& principal, auto& database) {
    return list_entities(kind, request, principal, database);
  });
  add("GET", one, [kind](const auto& request, const auto& principal, auto& database) {
    return get_entity(kind, request, principal, database);
  });
  add("PUT", one,
      [kind, &clock = parts.clock](const auto& request, const auto& principal, auto& database) {
        return put_entity(kind, request, principal, database, clock.now());
      });
  add("DELETE", one, [kind](const auto& request, const auto& principal, auto& database) {
    return delete_entity(kind, request, principal, database);
  });
}

void add_provider_keys(std::vector<http::Route>& routes, const RouteParts& parts) {
  const std::string all = "/v1/workspaces/{id}/provider-keys";
  const auto one = all + "/{key}";
  routes.push_back(guarded(parts, "GET", all, list_provider_keys));
  routes.push_back(guarded(
      parts, "PUT", one,
      [masters = parts.master_keys](const auto& request, const auto& principal, auto& database) {
        return put_provider_key(request, principal, database, masters);
      }));
  routes.push_back(guarded(parts, "DELETE", one, delete_provider_key));
  routes.push_back(guarded(
      parts, "POST", "/v1/provider-keys:rewrap",
      [masters = parts.master_keys](const auto& request, const auto& principal, auto& database) {
        return rewrap_data_keys(request, principal, database, masters);
      }));
}

void add_api_keys(std::vector<http::Route>& routes, const RouteParts& parts) {
  const std::string all = "/v1/companies/{id}/api-keys";
  const auto one = all + "/{provider}/{key}";
  routes.push_back(guarded(parts, "GET", all, list_api_keys));
  routes.push_back(guarded(
      parts, "PUT", one,
      [masters = parts.master_keys](const auto& request, const auto& principal, auto& database) {
        return put_api_key(request, principal, database, masters);
      }));
  routes.push_back(guarded(parts, "DELETE", one, delete_api_key));
  routes.push_back(guarded(
      parts, "POST", all + ":reseal",
      [masters = parts.master_keys](const auto& request, const auto& principal, auto& database) {
        return reseal_api_keys(request, principal, database, masters);
      }));
}

void add_tokens(std::vector<http::Route>& routes, const RouteParts& parts) {
  routes.push_back(
      guarded(parts, "POST", "/v1/tokens",
              [&clock = parts.clock](const auto& request, const auto& principal, auto& database) {
                return create_token(request, principal, database, clock.now());
              }));
  routes.push_back(guarded(parts, "GET", "/v1/tokens", list_tokens));
  routes.push_back(guarded(parts, "DELETE", "/v1/tokens/{id}", revoke_token));
}

void add_unresolved(std::vector<http::Route>& routes, const RouteParts& parts) {
  routes.push_back(guarded(parts, "GET", "/v1/unresolved-webhooks", list_unresolved));
  routes.push_back(guarded(
      parts, "POST", "/v1/unresolved-webhooks/{id}:release",
      [&probe = parts.unresolved](const auto& request, const auto& principal, auto& database) {
        return release_unresolved(request, principal, database, probe);
      }));
}

http::Response description(const http::Request& /*request*/, const Principal& /*principal*/,
                           DirectoryDatabase& /*database*/) {
  http::Response response;
  response.content_type = "application/yaml";
  response.body = openapi();
  return response;
}

}  // namespace

std::vector<http::Route> routes(const RouteParts& parts) {
  std::vector<http::Route> all;
  for (const auto& collection : collections) add_collection(all, parts, collection);
  all.push_back(guarded(parts, "POST", "/v1/numbers/{id}:move", move_number));
  all.push_back(guarded(parts, "POST", "/v1/resolve", resolve_number, access::Permission::read));
  all.push_back(guarded(parts, "GET", "/v1/unpublished", count_unpublished));
  add_provider_keys(all, parts);
  add_api_keys(all, parts);
  add_tokens(all, parts);
  add_unresolved(all, parts);
  all.push_back(guarded(parts, "GET", "/v1/openapi.yaml", description));
  return all;
}

}  // namespace hookswitch::directory
