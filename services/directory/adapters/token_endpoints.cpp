#include "adapters/token_endpoints.hpp"

#include "adapters/json_fields.hpp"
#include "adapters/request_reading.hpp"
#include "adapters/rest_answers.hpp"
#include "adapters/tokens_postgres.hpp"
#include "domain/rules.hpp"

#include <hookswitch/access/token.hpp>
#include <hookswitch/json/document.hpp>
#include <hookswitch/json/writer.hpp>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>
#include <vector>

namespace hookswitch::directory {
namespace {

constexpr std::chrono::hours lifetime_max{24 * 400};

/// `text` only when it has just been made.
void write(json::Writer& writer, const StoredToken& token, const std::string& text = {}) {
  writer.begin_object();
  writer.key("id").string(token.id);
  if (!text.empty()) writer.key("token").string(text);
  if (const auto* company = std::get_if<TenantId>(&token.record.scope)) {
    writer.key("company_id").string(company->str());
  }
  writer.key("permission")
      .string(token.record.permission == access::Permission::write ? "write" : "read");
  writer.key("created_at").string(format_rfc3339(token.created_at));
  writer.key("expires_at").string(format_rfc3339(token.record.expires_at));
  if (token.revoked_at) writer.key("revoked_at").string(format_rfc3339(*token.revoked_at));
  writer.key("label").string(token.label);
  writer.end_object();
}

bool is_label(std::string_view text) { return text.empty() || rules::is_name(text); }

StoredToken token_asked_for(const json::Document& document, Complaints& complaints, TimePoint now) {
  StoredToken token;
  JsonFields fields(document.root(), "", complaints);
  const auto company =
      fields.optional_text("company_id", rules::is_entity_id, "a company's id, or nothing");
  if (company) token.record.scope = TenantId{*company};
  const auto permission = fields.text(
      "permission", [](std::string_view text) { return text == "read" || text == "write"; },
      "read or write");
  if (permission == "write") token.record.permission = access::Permission::write;
  token.record.expires_at = fields.instant("expires_at");
  token.label =
      fields.optional_text("label", is_label, "at most 200 characters in one line").value_or("");
  fields.finish();
  const bool in_time =
      token.record.expires_at > now && token.record.expires_at <= now + lifetime_max;
  if (complaints.empty() && !in_time) {
    complaints.push_back({"/expires_at", "is not within the next 400 days"});
  }
  token.created_at = now;
  return token;
}

}  // namespace

http::Response create_token(const http::Request& request, const Principal& principal,
                            DirectoryDatabase& database, TimePoint now) {
  if (auto refused = unless_operator(principal)) return *std::move(refused);
  const auto document = json::Document::parse(request.body);
  if (!document) return http::problem(400, "The body is no JSON", document.error().code);
  Complaints complaints;
  auto token = token_asked_for(*document, complaints, now);
  if (!complaints.empty()) return problem_with(422, "The token is refused", "", complaints);
  const auto made = access::make_token();
  token.id = made.id;
  token.record.sha256 = made.sha256;
  http::Response response;
  database.write_operators([&](postgres::Transaction& transaction, TimePoint at) {
    TokensPostgres tokens(transaction);
    const auto* company = std::get_if<TenantId>(&token.record.scope);
    if (company != nullptr && !tokens.has_company(*company)) {
      response = problem_with(422, "The token is refused", "",
                              {{"/company_id", "there is no company " + company->str()}});
      return;
    }
    tokens.add(token, at);
    json::Writer writer;
    write(writer, token, made.text);
    response = http::json_response(201, writer.take());
    response.headers.emplace_back("Cache-Control", "no-store");
  });
  return response;
}

http::Response list_tokens(const http::Request& request, const Principal& principal,
                           DirectoryDatabase& database) {
  if (auto refused = unless_operator(principal)) return *std::move(refused);
  const auto read = page_query(request, access::is_token_id);
  if (const auto* refused = std::get_if<http::Response>(&read)) return *refused;
  const auto& page = std::get<PageQuery>(read);
  std::vector<StoredToken> found;
  database.read_operators([&](postgres::Transaction& transaction) {
    found = TokensPostgres(transaction).list(page.after, page.limit + 1);
  });
  return page_of(
      found, page.limit, [](auto& writer, const auto& item) { write(writer, item); },
      [](const auto& last) { return last.id; });
}

http::Response revoke_token(const http::Request& request, const Principal& principal,
                            DirectoryDatabase& database) {
  if (auto refused = unless_operator(principal)) return *std::move(refused);
  const auto& id = request.path_parameters.find("id")->second;
  if (!access::is_token_id(id)) return not_found();
  bool there = false;
  database.write_operators([&](postgres::Transaction& transaction, TimePoint now) {
    there = TokensPostgres(transaction).revoke(id, now);
  });
  if (!there) return not_found();
  return no_content();
}

}  // namespace hookswitch::directory
