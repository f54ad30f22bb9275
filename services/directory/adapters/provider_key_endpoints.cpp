#include "adapters/provider_key_endpoints.hpp"

#include "adapters/key_fields.hpp"
#include "adapters/provider_keys_postgres.hpp"
#include "adapters/request_reading.hpp"
#include "adapters/rest_answers.hpp"
#include "domain/rules.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/json/writer.hpp>

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

namespace hookswitch::directory {
namespace {

constexpr std::size_t key_characters_max = 1024;

struct Named {
  std::string workspace;
  std::string key;
};

Named named_by(const http::Request& request) {
  return {text_in_path(request, "id"), text_in_path(request, "key")};
}

bool is_provider_key(std::string_view key) {
  return !key.empty() && rules::characters(key) <= key_characters_max &&
         key != "no-secret-provided" && key.find_first_of("\r\n") == std::string_view::npos;
}

void write(json::Writer& writer, const ProviderKey& key) {
  writer.begin_object();
  writer.key("id").string(key.id);
  writer.key("workspace_id").string(key.workspace);
  writer.key("provider").string(key.provider);
  writer.key("state").string(key.retiring ? "retiring" : "valid");
  writer.key("created_at").string(format_rfc3339(key.created_at));
  writer.end_object();
}

http::Response answer(unsigned status, const ProviderKey& key) {
  json::Writer writer;
  write(writer, key);
  return http::json_response(status, writer.take());
}

struct Input {
  std::string provider;
  KeyFields of;
};

Input input_of(const json::Document& document, Complaints& complaints) {
  Input input;
  JsonFields fields(document.root(), "", complaints);
  input.provider = fields.text("provider", is_provider, "retell or calcom");
  input.of =
      read_key_fields(fields, is_provider_key, "a key of one line and at most 1024 characters");
  fields.finish();
  return input;
}

http::Response put(ProviderKeysPostgres& keys, const Named& named, const Input& input,
                   const Result<sealing::MasterKeys>& masters, TimePoint now) {
  if (!keys.has_workspace(named.workspace)) return not_found();
  const auto current = keys.find(named.workspace, named.key);
  ProviderKey meta{named.workspace, named.key, input.provider, input.of.retiring,
                   current ? current->created_at : now};
  if (!input.of.key) {
    if (!current || current->provider != input.provider || input.of.says_nothing) {
      return problem_with(422, "The provider key is refused", "", {{"/key", "is missing"}});
    }
    if (*current != meta) keys.put_state(meta, now);
    return answer(200, meta);
  }
  if (!masters) return without_master_keys(masters.error());
  const auto done = keys.put(meta, *input.of.key, *masters, now);
  if (!done) return without_its_master_key("The workspace's", done.error());
  return answer(current ? 200 : 201, meta);
}

}  // namespace

http::Response list_provider_keys(const http::Request& request, const Principal& principal,
                                  DirectoryDatabase& database) {
  if (auto refused = unless_operator(principal)) return *std::move(refused);
  const auto read = page_query(request, rules::is_entity_id);
  if (const auto* refused = std::get_if<http::Response>(&read)) return *refused;
  const auto& page = std::get<PageQuery>(read);
  const auto workspace = text_in_path(request, "id");
  if (!rules::is_entity_id(workspace)) return not_found();
  bool there = false;
  std::vector<ProviderKey> found;
  database.read_operators([&](postgres::Transaction& transaction) {
    ProviderKeysPostgres keys(transaction);
    there = keys.has_workspace(workspace);
    if (there) found = keys.list(workspace, page.after, page.limit + 1);
  });
  if (!there) return not_found();
  return page_of(
      found, page.limit, [](auto& writer, const auto& item) { write(writer, item); },
      [](const auto& last) { return last.id; });
}

http::Response put_provider_key(const http::Request& request, const Principal& principal,
                                DirectoryDatabase& database, const MasterKeySource& masters) {
  if (auto refused = unless_operator(principal)) return *std::move(refused);
  const auto named = named_by(request);
  if (!rules::is_entity_id(named.workspace)) return not_found();
  if (!rules::is_entity_id(named.key)) {
    return problem_with(422, "The id is refused", "", {{"/id", "does not keep its rule"}});
  }
  const auto document = json::Document::parse(request.body);
  if (!document) return http::problem(400, "The body is no JSON", document.error().code);
  Complaints complaints;
  const auto input = input_of(*document, complaints);
  if (!complaints.empty()) return problem_with(422, "The provider key is refused", "", complaints);
  http::Response response;
  database.write_operators([&](postgres::Transaction& transaction, TimePoint now) {
    ProviderKeysPostgres keys(transaction);
    // Read under the writers' lock: what a rewrapping before us has left to nobody is not used
    // again.
    response = put(keys, named, input, masters(), now);
  });
  return response;
}

http::Response delete_provider_key(const http::Request& request, const Principal& principal,
                                   DirectoryDatabase& database) {
  if (auto refused = unless_operator(principal)) return *std::move(refused);
  const auto named = named_by(request);
  if (!rules::is_entity_id(named.workspace) || !rules::is_entity_id(named.key)) return not_found();
  bool removed = false;
  database.write_operators([&](postgres::Transaction& transaction, TimePoint now) {
    removed = ProviderKeysPostgres(transaction).remove(named.workspace, named.key, now);
  });
  if (!removed) return not_found();
  return no_content();
}

}  // namespace hookswitch::directory
