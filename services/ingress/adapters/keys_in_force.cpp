#include "keys_in_force.hpp"

#include <hookswitch/sealing/envelope.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <utility>

namespace hookswitch::ingress {

KeysInForce::KeysInForce(bool with_file, bool with_directory, runtime::Health& health,
                         telemetry::Registry& registry)
    : with_file_(with_file),
      with_directory_(with_directory),
      health_(health),
      open_gauge_(registry.gauge("hookswitch_provider_keys_open",
                                 "The directory's provider keys that the master keys open")),
      closed_gauge_(registry.gauge("hookswitch_provider_keys_closed",
                                   "The directory's provider keys that could not be opened")) {
  publish();
}

void KeysInForce::file_says(KeyRing keys) {
  const std::lock_guard lock(mutex_);
  from_file_ = std::move(keys);
  publish();
}

void KeysInForce::master_keys_are(sealing::MasterKeys keys) {
  const std::lock_guard lock(mutex_);
  master_keys_ = std::move(keys);
  open_directory({});
}

void KeysInForce::directory_says(const SealedKeys& keys) {
  const std::lock_guard lock(mutex_);
  sealed_ = keys;
  open_directory(opened_);
}

void KeysInForce::open_directory(const OpenedTexts& before) {
  if (!sealed_) return;
  if (!master_keys_) {
    if (!sealed_->empty() && told_.empty()) {
      telemetry::log_warning("provider_keys.no_master_key", {{"keys", sealed_->size()}});
      told_ = "no master key";
    }
    closed_.clear();
    for (const auto& [id, key] : *sealed_) {
      const auto master_key = sealing::master_key_of(key.wrapped_data_key);
      closed_[id] = "no_master_key" + (master_key ? " " + *master_key : "");
    }
    show();
    return;
  }
  auto opened = open_keys(*sealed_, *master_keys_, before);
  tell(opened, sealed_->size());
  closed_.clear();
  for (const auto& key : opened.closed) {
    closed_[key.id] = key.why.code + (key.why.field.empty() ? "" : " " + key.why.field);
  }
  from_directory_ = std::move(opened.ring);
  opened_ = std::move(opened.texts);
  publish();
}

void KeysInForce::publish() {
  KeyRing ring = from_directory_.value_or(KeyRing{});
  if (from_file_) {
    for (const auto& [id, keys] : from_file_->workspaces) {
      auto& workspace = ring.workspaces[id];
      if (!keys.retell_api_keys.empty()) {
        workspace.retell_api_keys = keys.retell_api_keys;
        workspace.retell_closed = false;
      }
      if (!keys.calcom_secrets.empty()) {
        workspace.calcom_secrets = keys.calcom_secrets;
        workspace.calcom_closed = false;
      }
    }
  }
  ring.complete = (from_file_ || !with_file_) && (from_directory_ || !with_directory_);
  keys_.store(std::make_shared<const KeyRing>(std::move(ring)));
  show();
}

void KeysInForce::show() const {
  std::map<std::string, std::string> overruled;
  for (const auto& [id, key] : sealed_.value_or(SealedKeys{})) {
    if (is_overruled(key)) overruled[id] = "workspaces_file";
  }
  health_.set_facts("provider_keys_closed", closed_);
  health_.set_facts("provider_keys_overruled", std::move(overruled));
  health_.set_progress("provider_keys_open", static_cast<std::int64_t>(opened_.size()));
}

bool KeysInForce::is_overruled(const SealedKey& key) const {
  if (!from_file_) return false;
  const auto found = from_file_->workspaces.find(key.workspace);
  if (found == from_file_->workspaces.end()) return false;
  return !(key.provider == "retell" ? found->second.retell_api_keys : found->second.calcom_secrets)
              .empty();
}

void KeysInForce::tell(const OpenedKeys& opened, std::size_t keys) {
  open_gauge_.set(static_cast<double>(keys - opened.closed.size()));
  closed_gauge_.set(static_cast<double>(opened.closed.size()));
  std::string closed;
  for (const auto& key : opened.closed) closed += key.id + ' ' + key.why.to_string() + '\n';
  if (closed == told_) return;
  told_ = std::move(closed);
  for (const auto& key : opened.closed) {
    telemetry::log_error("provider_key.closed", {{"key", key.id},
                                                 {"code", key.why.code},
                                                 {"field", key.why.field},
                                                 {"reason", key.why.message}});
  }
}

}  // namespace hookswitch::ingress
