#pragma once
#include "sealed_keys.hpp"
#include "snapshot.hpp"
#include "workspace_keys.hpp"

#include <hookswitch/sealing/master_keys.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace hookswitch::ingress {

/// The provider keys that count now, from sides that change each in its own time: the workspaces
/// file, the directory's sealed keys, the master keys that open them. What the file says of a
/// workspace and a provider counts instead of what the directory says. Thread safe.
class KeysInForce {
 public:
  /// Which of the sides there are; until each of them has spoken the ring is not complete.
  KeysInForce(bool with_file, bool with_directory, telemetry::Registry& registry);

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
  /// `keys`: how many there are, opened and closed.
  void tell(const OpenedKeys& opened, std::size_t keys);

  const bool with_file_;
  const bool with_directory_;
  telemetry::Gauge open_gauge_;
  telemetry::Gauge closed_gauge_;

  std::mutex mutex_;
  std::optional<KeyRing> from_file_;
  std::optional<sealing::MasterKeys> master_keys_;
  std::optional<SealedKeys> sealed_;
  std::optional<KeyRing> from_directory_;
  OpenedTexts opened_;
  std::string told_;  ///< what could not be opened, as the log knows it
  Snapshot<KeyRing> keys_;
};

}  // namespace hookswitch::ingress
