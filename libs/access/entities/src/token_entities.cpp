#include <hookswitch/access/token.hpp>
#include <hookswitch/access/token_entities.hpp>
#include <hookswitch/directory/v1/access.pb.h>

#include <algorithm>
#include <string>
#include <utility>

namespace hookswitch::access {
namespace {

namespace proto = hookswitch::directory::v1;

Rejection unreadable(const char* field, const char* message) {
  return {"unreadable_token", field, message};
}

Result<TokenRecord> read(std::string_view id, std::string_view value) {
  proto::AccessToken message;
  if (!message.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return unreadable("", "is no AccessToken");
  }
  if (message.id() != id || !is_token_id(id)) return unreadable("id", "is not the record's");
  TokenRecord record;
  if (message.token_sha256().size() != record.sha256.size()) {
    return unreadable("token_sha256", "is not 32 bytes");
  }
  std::ranges::copy(message.token_sha256(), record.sha256.begin());
  if (message.has_operator_scope()) {
    record.scope = Operator{};
  } else if (!message.company_id().empty()) {
    record.scope = TenantId{message.company_id()};
  } else {
    return unreadable("scope", "is missing");
  }
  switch (message.permission()) {
    case proto::ACCESS_PERMISSION_READ:
      record.permission = Permission::read;
      break;
    case proto::ACCESS_PERMISSION_WRITE:
      record.permission = Permission::write;
      break;
    default:
      return unreadable("permission", "is not known here");
  }
  if (!message.has_expires_at_ms()) return unreadable("expires_at_ms", "is missing");
  record.expires_at = from_epoch_ms(message.expires_at_ms());
  record.revoked = message.has_revoked_at_ms();
  return record;
}

}  // namespace

Result<void> apply_token(TokenSet& tokens, std::string_view id,
                         std::optional<std::string_view> value) {
  if (const auto found = tokens.find(id); found != tokens.end()) tokens.erase(found);
  if (!value) return {};
  auto record = read(id, *value);
  if (!record) return record.error();
  tokens.emplace(id, *std::move(record));
  return {};
}

}  // namespace hookswitch::access
