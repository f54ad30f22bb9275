#include "adapters/api_key_endpoints.hpp"

#include "adapters/api_keys_postgres.hpp"
#include "adapters/key_fields.hpp"
#include "adapters/request_reading.hpp"
#include "adapters/rest_answers.hpp"
#include "domain/rules.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/json/writer.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace hookswitch::directory {
namespace {

constexpr std::size_t key_characters_max = 1024;

/// It goes into a header of a request.
bool is_api_key(std::string_view key) {
  return !key.empty() && key.size() <= key_characters_max &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_cursor(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  return is_provider(text.substr(0, slash)) &&
         rules::is_entity_id(text.substr(std::min(slash + 1, text.size())));
}

/// The company in the path, if it is one that the principal may know of.
std::optional<TenantId> company_of(const http::Request& request, const Principal& principal) {
  const auto id = id_in_path(request, Kind::company);
  if (!id || (principal.tenant && principal.tenant->str() != *id)) return std::nullopt;
  return TenantId(*id);
}

ApiKeyName name_of(const http::Request& request, const TenantId& company) {
  return {company, text_in_path(request, "provider"), text_in_path(request, "key")};
}

void write(json::Writer& writer, const ApiKey& key) {
  writer.begin_object();
  writer.key("id").string(key.name.id);
  writer.key("company_id").string(key.name.company.str());
  writer.key("provider").string(key.name.provider);
  writer.key("state").string(key.retiring ? "retiring" : "valid");
  writer.key("created_at").string(format_rfc3339(key.created_at));
  writer.end_object();
}

http::Response answer(unsigned status, const ApiKey& key) {
  json::Writer writer;
  write(writer, key);
  return http::json_response(status, writer.take());
}

http::Response answer(const Resealing& done) {
  json::Writer writer;
  writer.begin_object();
  writer.key("data_key").string(done.data_key);
  writer.key("resealed").integer(static_cast<std::int64_t>(done.resealed));
  writer.key("closed").begin_array();
  for (const auto& closed : done.closed) {
    writer.begin_object();
    writer.key("provider").string(closed.name.provider);
    writer.key("id").string(closed.name.id);
    writer.key("code").string(closed.why.code);
    writer.key("field").string(closed.why.field);
    writer.end_object();
  }
  return http::json_response(200, writer.end_array().end_object().take());
}

KeyFields input_of(const json::Document& document, Complaints& complaints) {
  JsonFields fields(document.root(), "", complaints);
  auto input = read_key_fields(fields, is_api_key,
                               "a key of 1 to 1024 visible ASCII characters without spaces");
  fields.finish();
  return input;
}

Complaints complaints_about(const ApiKeyName& name) {
  Complaints complaints;
  if (!is_provider(name.provider)) complaints.push_back({"/provider", "is not retell or calcom"});
  if (!rules::is_entity_id(name.id)) complaints.push_back({"/id", "does not keep its rule"});
  return complaints;
}

http::Response put(ApiKeysPostgres& keys, const ApiKeyName& name, const KeyFields& input,
                   const Result<sealing::MasterKeys>& masters, TimePoint now) {
  if (!keys.has_company(name.company)) return not_found();
  const auto current = keys.find(name);
  const ApiKey key{name, input.retiring, current ? current->created_at : now};
  if (!input.key) {
    if (!current || input.says_nothing)
      return problem_with(422, "The API key is refused", "", {{"/key", "is missing"}});
    if (*current != key) keys.put_state(key, now);
    return answer(200, key);
  }
  if (!masters) return without_master_keys(masters.error());
  const auto done = keys.put(key, *input.key, *masters, now);
  if (!done) return without_its_master_key("The company's", done.error());
  return answer(current ? 200 : 201, key);
}

}  // namespace

http::Response list_api_keys(const http::Request& request, const Principal& principal,
                             DirectoryDatabase& database) {
  const auto company = company_of(request, principal);
  if (!company) return not_found();
  const auto read = page_query(request, is_cursor);
  if (const auto* refused = std::get_if<http::Response>(&read)) return *refused;
  const auto& page = std::get<PageQuery>(read);
  bool there = false;
  std::vector<ApiKey> found;
  database.read_of(*company, [&](postgres::Transaction& transaction) {
    ApiKeysPostgres keys(transaction);
    there = keys.has_company(*company);
    if (there) found = keys.list(*company, page.after, page.limit + 1);
  });
  if (!there) return not_found();
  return page_of(
      found, page.limit, [](auto& writer, const auto& item) { write(writer, item); },
      [](const ApiKey& last) { return last.name.provider + "/" + last.name.id; });
}

http::Response put_api_key(const http::Request& request, const Principal& principal,
                           DirectoryDatabase& database, const MasterKeySource& masters) {
  const auto company = company_of(request, principal);
  if (!company) return not_found();
  const auto name = name_of(request, *company);
  auto complaints = complaints_about(name);
  if (!complaints.empty()) {
    return problem_with(422, "The path names no API key", "", complaints);
  }
  const auto document = json::Document::parse(request.body);
  if (!document) return http::problem(400, "The body is no JSON", document.error().code);
  const auto input = input_of(*document, complaints);
  if (!complaints.empty()) return problem_with(422, "The API key is refused", "", complaints);
  http::Response response;
  database.write_of(*company, [&](postgres::Transaction& transaction, TimePoint now) {
    ApiKeysPostgres keys(transaction);
    // Read under the writers' lock: what a rewrapping before us has left to nobody is not used
    // again.
    response = put(keys, name, input, masters(), now);
  });
  return response;
}

http::Response delete_api_key(const http::Request& request, const Principal& principal,
                              DirectoryDatabase& database) {
  const auto company = company_of(request, principal);
  if (!company) return not_found();
  const auto name = name_of(request, *company);
  if (!complaints_about(name).empty()) return not_found();
  bool removed = false;
  database.write_of(*company, [&](postgres::Transaction& transaction, TimePoint now) {
    removed = ApiKeysPostgres(transaction).remove(name, now);
  });
  if (!removed) return not_found();
  return no_content();
}

http::Response reseal_api_keys(const http::Request& request, const Principal& principal,
                               DirectoryDatabase& database, const MasterKeySource& masters) {
  if (auto refused = unless_operator(principal)) return *std::move(refused);
  const auto company = company_of(request, principal);
  if (!company) return not_found();
  if (auto refused = unless_empty_object(request)) return *std::move(refused);
  http::Response response;
  database.write_of(*company, [&](postgres::Transaction& transaction, TimePoint now) {
    const auto master_keys = masters();  // under the writers' lock, as in put_api_key()
    ApiKeysPostgres keys(transaction);
    if (!master_keys) {
      response = without_master_keys(master_keys.error());
    } else if (!keys.has_company(*company)) {
      response = not_found();
    } else {
      response = answer(keys.reseal_all(*company, *master_keys, now));
    }
  });
  return response;
}

}  // namespace hookswitch::directory
