#include "adapters/token_admission.hpp"

#include "adapters/tokens_postgres.hpp"

#include <hookswitch/access/guard.hpp>
#include <hookswitch/access/token.hpp>

#include <optional>
#include <string_view>

namespace hookswitch::directory {
namespace {

/// The id of what stands at the header's end; what is wrong with the header, authorise() says.
std::optional<std::string_view> id_shown(const http::Request& request) {
  const auto header = request.header("authorization");
  if (!header || header->size() < access::token_characters) return std::nullopt;
  return access::token_id(header->substr(header->size() - access::token_characters));
}

}  // namespace

bool shows_a_token(const http::Request& request) { return id_shown(request).has_value(); }

std::variant<Principal, http::Response> bearer_of_stored_token(const http::Request& request,
                                                               DirectoryDatabase& database,
                                                               TimePoint now,
                                                               access::Permission needed) {
  access::TokenSet tokens;
  if (const auto id = id_shown(request)) {
    database.read_operators([&](postgres::Transaction& transaction) {
      if (auto found = TokensPostgres(transaction).find(*id)) {
        tokens.emplace(found->id, found->record);
      }
    });
  }
  const auto verdict = access::authorise(tokens, request.header("authorization"), now);
  if (const auto* denial = std::get_if<access::Denial>(&verdict)) {
    return access::unauthorised(*denial);
  }
  const auto& bearer = std::get<access::Principal>(verdict);
  if (needed == access::Permission::write && bearer.permission != access::Permission::write) {
    return access::forbidden();
  }
  const auto* company = std::get_if<TenantId>(&bearer.scope);
  return company != nullptr ? Principal{*company} : Principal{};
}

}  // namespace hookswitch::directory
