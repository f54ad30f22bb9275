#include "adapters/unresolved_endpoints.hpp"

#include "adapters/failure_cause.hpp"
#include "adapters/json_fields.hpp"
#include "adapters/request_reading.hpp"
#include "adapters/rest_answers.hpp"
#include "adapters/unresolved_store_postgres.hpp"
#include "application/failing_webhook.hpp"
#include "domain/rules.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/json/writer.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace hookswitch::directory {
namespace {

std::optional<http::Response> forbidden(const Principal& principal) {
  if (!principal.tenant) return std::nullopt;
  return http::problem(403, "Forbidden", "What is nobody's is the operator's.");
}

void write(json::Writer& writer, const WaitingEntry& entry) {
  writer.begin_object();
  writer.key("id").string(entry.id);
  writer.key("provider").string(entry.provider);
  writer.key("event").string(entry.event);
  writer.key("workspace_id").string(entry.workspace);
  writer.key("reason").string(entry.reason);
  writer.key("received_at").string(format_rfc3339(entry.received));
  writer.key("waits_for").begin_array();
  for (const auto& key : entry.waits_for) writer.string(key);
  writer.end_array();
  if (entry.failures > 0) {
    writer.key("failing").begin_object();
    writer.key("tries").integer(entry.failures);
    writer.key("cause").string(entry.cause);
    writer.key("stuck").boolean(is_stuck(entry.failures));
    writer.end_object();
  }
  writer.end_object();
}

std::optional<Uuid> id_in_path(const http::Request& request) {
  const auto found = request.path_parameters.find("id");
  if (found == request.path_parameters.end()) return std::nullopt;
  return Uuid::parse(percent_decoded(found->second).value_or(""));
}

http::Response released(const Uuid& id, const TenantId& company) {
  json::Writer writer;
  writer.begin_object();
  writer.key("id").string(id.to_string());
  writer.key("company_id").string(company.str());
  return http::json_response(200, writer.end_object().take());
}

}  // namespace

http::Response list_unresolved(const http::Request& request, const Principal& principal,
                               DirectoryDatabase& database) {
  if (auto refused = forbidden(principal)) return *std::move(refused);
  const auto read = unresolved_query(request);
  if (const auto* refused = std::get_if<http::Response>(&read)) return *refused;
  const auto& query = std::get<UnresolvedQuery>(read);
  std::vector<WaitingEntry> found;
  database.read_operators([&](postgres::Transaction& transaction) {
    found = UnresolvedStorePostgres(transaction).list(query.reason, query.after, query.limit + 1);
  });
  return page_of(
      found, query.limit, [](auto& writer, const auto& item) { write(writer, item); },
      [](const auto& last) { return last.id; });
}

http::Response release_unresolved(const http::Request& request, const Principal& principal,
                                  DirectoryDatabase& database, const UnresolvedProbe& probe) {
  if (auto refused = forbidden(principal)) return *std::move(refused);
  const auto id = id_in_path(request);
  if (!id) return not_found();
  const auto document = json::Document::parse(request.body);
  if (!document) return http::problem(400, "The body is no JSON", document.error().code);
  Complaints complaints;
  JsonFields fields(document->root(), "", complaints);
  const auto named = fields.optional_text("company_id", rules::is_entity_id, "a company's id");
  fields.finish();
  if (!complaints.empty()) return problem_with(422, "The release is refused", "", complaints);
  const auto company = named ? std::optional(TenantId(*named)) : std::nullopt;
  Outcome<TenantId> outcome = Refusal{};
  try {
    database.write_operators([&](postgres::Transaction& transaction, TimePoint) {
      UnresolvedStorePostgres store(transaction);
      outcome = release_webhook(store, *id, company);
    });
  } catch (...) {
    const auto cause = cause_of(std::current_exception());
    if (!cause) throw;
    telemetry::log_error("unresolved.failed", {{"id", id->to_string()}, {"cause", *cause}});
    outcome =
        Refusal{Refusal::Why::conflict, "It stays, because looking at it fails: " + *cause, {}};
  }
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) return answer(*refusal);
  if (company) {
    probe.count_by_operator();
  } else {
    probe.count_by_rules(1);
  }
  return released(*id, std::get<TenantId>(outcome));
}

}  // namespace hookswitch::directory
