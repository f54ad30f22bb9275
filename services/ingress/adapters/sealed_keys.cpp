#include "sealed_keys.hpp"

#include <hookswitch/directory/v1/access.pb.h>
#include <hookswitch/sealing/envelope.hpp>

#include <utility>

namespace hookswitch::ingress {
namespace {

namespace proto = hookswitch::directory::v1;

Rejection unreadable_key(std::string message) {
  return {"unreadable_entity", "", "provider key: " + std::move(message)};
}

Result<SealedKey> read(std::string_view id, std::string_view value) {
  proto::ProviderKey message;
  if (!message.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return unreadable_key("not a ProviderKey");
  }
  if (message.workspace_id().empty() || message.id().empty() ||
      message.workspace_id() + "/" + message.id() != id) {
    return unreadable_key("its ids are not those of its record");
  }
  if (message.provider() != "retell" && message.provider() != "calcom") {
    return unreadable_key("its provider is not known here");
  }
  if (message.state() != proto::PROVIDER_KEY_STATE_VALID &&
      message.state() != proto::PROVIDER_KEY_STATE_RETIRING) {
    return unreadable_key("its state is not known here");
  }
  return SealedKey{message.workspace_id(), message.provider(), message.sealed_key(),
                   message.wrapped_data_key()};
}

/// The owner, entity and field are the contract of access.proto.
Result<std::string> open_one(const std::string& id, const SealedKey& key,
                             const sealing::MasterKeys& masters) {
  const auto data_key =
      sealing::unwrap(masters, "workspace/" + key.workspace, key.wrapped_data_key);
  if (!data_key) return data_key.error();
  const auto opened =
      sealing::open(*data_key, {"provider_key/" + id, key.provider}, key.sealed_key);
  if (!opened) return opened.error();
  std::string text(opened->view());
  if (const auto wrong = complaint_about_key(text)) {
    return Rejection{"not_a_key", "", std::string(*wrong)};
  }
  return text;
}

/// Rewrapping leaves what is sealed as it is, so it is the same key.
bool is_rewrapping(const SealedKey& before, const SealedKey& after) {
  return before.workspace == after.workspace && before.provider == after.provider &&
         before.sealed_key == after.sealed_key;
}

}  // namespace

Result<void> apply_provider_key(SealedKeys& keys, std::string_view id,
                                std::optional<std::string_view> value) {
  if (const auto found = keys.find(id); found != keys.end()) keys.erase(found);
  if (!value) return {};
  auto key = read(id, *value);
  if (!key) return key.error();
  keys.emplace(id, *std::move(key));
  return {};
}

OpenedKeys open_keys(const SealedKeys& keys, const sealing::MasterKeys& masters,
                     const OpenedTexts& before) {
  OpenedKeys result;
  for (const auto& [id, key] : keys) {
    auto& workspace = result.ring.workspaces[key.workspace];
    auto text = open_one(id, key, masters);
    if (!text) {
      result.closed.push_back({id, text.error()});
      const auto opened = before.find(id);
      if (text.error().code != "unknown_master_key" || opened == before.end() ||
          !is_rewrapping(opened->second.sealed, key)) {
        (key.provider == "retell" ? workspace.retell_closed : workspace.calcom_closed) = true;
        continue;
      }
      text = opened->second.text;
    }
    auto& of_provider =
        key.provider == "retell" ? workspace.retell_api_keys : workspace.calcom_secrets;
    of_provider.push_back(*text);
    result.texts.emplace(id, OpenedKey{key, *std::move(text)});
  }
  return result;
}

}  // namespace hookswitch::ingress
