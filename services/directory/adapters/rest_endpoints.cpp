#include "adapters/rest_endpoints.hpp"

#include "adapters/entity_json.hpp"
#include "adapters/json_fields.hpp"
#include "adapters/request_reading.hpp"
#include "adapters/rest_answers.hpp"
#include "application/use_cases.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/json/writer.hpp>

#include <algorithm>
#include <utility>

namespace hookswitch::directory {
namespace {

TenantScope scope_of(const Principal& principal, std::vector<TenantId> named) {
  return principal.tenant ? TenantScope::of(*principal.tenant)
                          : TenantScope::every_company_and(std::move(named));
}

/// What decides whose webhooks are whose, and what is paid, is the operator's to say.
bool tenants_may_change(Kind kind) {
  return kind == Kind::branch || kind == Kind::service || kind == Kind::staff;
}

std::optional<http::Response> forbidden(Kind kind, const Principal& principal) {
  return tenants_may_change(kind) ? std::nullopt : unless_operator(principal);
}

/// Row-level security hides other companies' entities, but a workspace is nobody's: who is no
/// company of it does not see that it is there.
bool is_shown_to(const Principal& principal, const Entity& entity) {
  if (!principal.tenant) return true;
  const auto companies = companies_of(entity);
  return std::ranges::find(companies, *principal.tenant) != companies.end();
}

http::Response not_json(const Rejection& rejection) {
  return http::problem(400, "The body is no JSON", rejection.code);
}

http::Response answer(const Deleted& /*deleted*/) { return no_content(); }

template <class T>
http::Response answer_to(const Outcome<T>& outcome) {
  return std::visit([](const auto& one) { return answer(one); }, outcome);
}

http::Response taken() {
  return problem_with(409, "The directory says otherwise",
                      "It belongs to another company, or is needed by something.", {});
}

/// Runs one change and answers with its outcome.
template <class Change>
http::Response change(const TenantScope& scope, DirectoryDatabase& database, const Change& work) {
  http::Response response;
  try {
    database.write(scope, [&](DirectoryStore& store) { response = answer_to(work(store)); });
  } catch (const AlreadyTaken&) {
    return taken();
  }
  return response;
}

}  // namespace

http::Response list_entities(Kind kind, const http::Request& request, const Principal& principal,
                             DirectoryDatabase& database) {
  const auto read = list_query(request);
  if (const auto* refused = std::get_if<http::Response>(&read)) return *refused;
  auto query = std::get<ListQuery>(read);
  std::vector<Stored> found;
  if (principal.tenant) {
    if (query.company && query.company != principal.tenant) return page_of(found, query.limit);
    query.company = principal.tenant;
  }
  database.read(scope_of(principal, {}), [&](DirectoryStore& store) {
    found = store.list(kind, query.company, query.after, query.limit + 1);
  });
  return page_of(found, query.limit);
}

http::Response get_entity(Kind kind, const http::Request& request, const Principal& principal,
                          DirectoryDatabase& database) {
  const auto id = id_in_path(request, kind);
  if (!id) return not_found();
  std::optional<Stored> found;
  database.read(scope_of(principal, {}), [&](DirectoryStore& store) {
    found = store.find({kind, *id});
  });
  if (!found || !is_shown_to(principal, found->entity)) return not_found();
  auto response = answer(*found);
  const auto client_has_it = has_version(request, found->version);
  if (const auto* refused = std::get_if<http::Response>(&client_has_it)) return *refused;
  if (std::get<bool>(client_has_it)) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

http::Response put_entity(Kind kind, const http::Request& request, const Principal& principal,
                          DirectoryDatabase& database, TimePoint now) {
  if (auto refused = forbidden(kind, principal)) return *std::move(refused);
  const auto precondition = precondition_of(request);
  if (const auto* refused = std::get_if<http::Response>(&precondition)) return *refused;
  const auto id = id_in_path(request, kind);
  if (!id) {
    return problem_with(422, "The id is refused", "The path does not name one of this kind.",
                        {{kind == Kind::number ? "/e164" : "/id", "does not keep its rule"}});
  }
  const auto document = json::Document::parse(request.body);
  if (!document) return not_json(document.error());
  Complaints complaints;
  const auto entity = entity_from_json(kind, *id, document->root(), is_time_zone, complaints);
  if (!complaints.empty()) return problem_with(422, "The entity is refused", "", complaints);
  auto companies = companies_of(entity);
  if (principal.tenant && companies != std::vector{*principal.tenant}) {
    return http::problem(403, "Forbidden", "It would be another company's.", "/company_id");
  }
  return change(scope_of(principal, std::move(companies)), database, [&](DirectoryStore& store) {
    return put_entity(store, entity, std::get<Precondition>(precondition), now);
  });
}

http::Response delete_entity(Kind kind, const http::Request& request, const Principal& principal,
                             DirectoryDatabase& database) {
  if (auto refused = forbidden(kind, principal)) return *std::move(refused);
  const auto precondition = precondition_of(request);
  if (const auto* refused = std::get_if<http::Response>(&precondition)) return *refused;
  const auto id = id_in_path(request, kind);
  if (!id) return not_found();
  return change(scope_of(principal, {}), database, [&](DirectoryStore& store) {
    return delete_entity(store, {kind, *id}, std::get<Precondition>(precondition));
  });
}

http::Response move_number(const http::Request& request, const Principal& principal,
                           DirectoryDatabase& database) {
  if (auto refused = forbidden(Kind::number, principal)) return *std::move(refused);
  const auto target = id_in_path(request, Kind::number);
  if (!target) return not_found();
  const auto precondition = precondition_of(request);
  if (const auto* refused = std::get_if<http::Response>(&precondition)) return *refused;
  const auto document = json::Document::parse(request.body);
  if (!document) return not_json(document.error());
  Complaints complaints;
  JsonFields fields(document->root(), "", complaints);
  const TenantId company(fields.text("company_id", rules::is_entity_id, "a company's id"));
  const auto at = fields.instant("at");
  fields.finish();
  if (!complaints.empty()) return problem_with(422, "The move is refused", "", complaints);
  return change(scope_of(principal, {company}), database, [&](DirectoryStore& store) {
    return move_number(store, *target, company, at, std::get<Precondition>(precondition));
  });
}

http::Response resolve_number(const http::Request& request, const Principal& principal,
                              DirectoryDatabase& database) {
  const auto document = json::Document::parse(request.body);
  if (!document) return not_json(document.error());
  Complaints complaints;
  JsonFields fields(document->root(), "", complaints);
  const auto number =
      fields.text("number", rules::is_e164, "an E.164 number (such as +493023125000)");
  const auto instant = fields.instant("instant");
  const auto agent = fields.optional_text(
      "agent_id", [](std::string_view text) { return rules::is_id(Kind::agent, text); },
      "an agent's id");
  fields.finish();
  if (!complaints.empty()) return problem_with(422, "The question is refused", "", complaints);
  Whose whose;
  database.read(scope_of(principal, {}), [&](DirectoryStore& store) {
    whose = resolve_number(store, number, instant, agent);
  });
  json::Writer writer;
  writer.begin_object();
  writer.key("number").string(number);
  writer.key("instant").string(format_rfc3339(instant));
  writer.key("company_id");
  if (whose.company) {
    writer.string(whose.company->str());
  } else {
    writer.null();
  }
  writer.key("branch_ids").begin_array();
  for (const auto& id : whose.branch_ids) writer.string(id);
  writer.end_array();
  return http::json_response(200, writer.end_object().take());
}

http::Response count_unpublished(const http::Request& /*request*/, const Principal& principal,
                                 DirectoryDatabase& database) {
  if (auto refused = unless_operator(principal)) return *std::move(refused);
  json::Writer writer;
  writer.begin_object().key("records").integer(database.unpublished());
  return http::json_response(200, writer.end_object().take());
}

}  // namespace hookswitch::directory
