#pragma once
#include "sealed_keys.hpp"
#include "snapshot.hpp"
#include "workspace_keys.hpp"

#include <hookswitch/runtime/health.hpp>
#include <hookswitch/sealing/master_keys.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace hookswitch::ingress {

/// The provider keys that count now, from sides that change each in its own time: the workspaces
/// file, the directory's sealed keys, the master keys that open them. What the file says of a
/// workspace and a provider counts instead of what the directory says. Says to Health which of the
/// directory's keys do not count, by their ids: "provider_keys_closed" with why each does not open
/// ("unknown_master_key second", "no_master_key second" where there is no master key file),
/// "provider_keys_overruled" where the file has keys; and how many are open, "provider_keys_open".
/// Thread safe.
class KeysInForce {
 public:
  /// Which of the sides there are; until each of them has spoken the ring is not complete.
  KeysInForce(bool with_file, bool with_directory, runtime::Health& health,
              telemetry::Registry& registry);

  void file_says(KeyRing keys);
  /// From now on what these do not open is closed.
  void master_keys_are(sealing::MasterKeys keys);
  /// A key that was rewrapped stays open until the master key that it needs now has come.
  void directory_says(const SealedKeys& keys);
  /// Never empty.
  [[nodiscard]] const Snapshot<KeyRing>& keys() const { return keys_; }

 private:
  /// With the lock held. `before`: what stays open when it has only been rewrapped.
  void open_directory(const OpenedTexts& before);
  void publish();
  void show() const;
  [[nodiscard]] bool is_overruled(const SealedKey& key) const;
  /// `keys`: how many there are, opened and closed.
  void tell(const OpenedKeys& opened, std::size_t keys);

  const bool with_file_;
  const bool with_directory_;
  runtime::Health& health_;
  telemetry::Gauge open_gauge_;
  telemetry::Gauge closed_gauge_;

  std::mutex mutex_;
  std::optional<KeyRing> from_file_;
  std::optional<sealing::MasterKeys> master_keys_;
  std::optional<SealedKeys> sealed_;
  std::optional<KeyRing> from_directory_;
  OpenedTexts opened_;
  std::map<std::string, std::string> closed_;  ///< by `<workspace>/<key id>`, why
  std::string told_;                           ///< what could not be opened, as the log knows it
  Snapshot<KeyRing> keys_;
};

}  // namespace hookswitch::ingress
