#include "adapters/rewrap_endpoint.hpp"

#include "adapters/api_keys_postgres.hpp"
#include "adapters/provider_keys_postgres.hpp"
#include "adapters/request_reading.hpp"
#include "adapters/rest_answers.hpp"

#include <hookswitch/json/writer.hpp>

#include <cstdint>
#include <utility>

namespace hookswitch::directory {
namespace {

void add(Rewrapping& sum, Rewrapping more) {
  sum.rewrapped += more.rewrapped;
  sum.unchanged += more.unchanged;
  for (auto& closed : more.closed) sum.closed.push_back(std::move(closed));
}

void write(json::Writer& writer, const Rewrapping::Closed& closed) {
  writer.begin_object();
  if (!closed.workspace.empty()) writer.key("workspace_id").string(closed.workspace);
  if (!closed.company.empty()) writer.key("company_id").string(closed.company);
  writer.key("id").string(closed.id);
  writer.key("code").string(closed.why.code);
  writer.key("field").string(closed.why.field);
  writer.end_object();
}

http::Response answer(const Rewrapping& done, const std::string& master_key) {
  json::Writer writer;
  writer.begin_object();
  writer.key("master_key").string(master_key);
  writer.key("rewrapped").integer(static_cast<std::int64_t>(done.rewrapped));
  writer.key("unchanged").integer(static_cast<std::int64_t>(done.unchanged));
  writer.key("closed").begin_array();
  for (const auto& closed : done.closed) write(writer, closed);
  return http::json_response(200, writer.end_array().end_object().take());
}

}  // namespace

http::Response rewrap_data_keys(const http::Request& request, const Principal& principal,
                                DirectoryDatabase& database, const MasterKeySource& masters) {
  if (auto refused = unless_operator(principal)) return *std::move(refused);
  if (auto refused = unless_empty_object(request)) return *std::move(refused);
  http::Response response;
  database.write_operators([&](postgres::Transaction& transaction, TimePoint now) {
    const auto master_keys = masters();  // under the writers' lock, as in put_api_key()
    if (!master_keys) {
      response = without_master_keys(master_keys.error());
      return;
    }
    auto done = ProviderKeysPostgres(transaction).rewrap_all(*master_keys, now);
    add(done, ApiKeysPostgres(transaction).rewrap_all(*master_keys, now));
    response = answer(done, master_keys->newest_id());
  });
  return response;
}

}  // namespace hookswitch::directory
