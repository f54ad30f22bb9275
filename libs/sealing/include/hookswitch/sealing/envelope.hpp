#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/sealing/master_keys.hpp>
#include <hookswitch/sealing/secret.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// Envelope encryption with AES-256-GCM: a master key wraps an owner's data key, which seals
/// values. README.md has the bytes. Everything here is thread safe; it throws std::runtime_error
/// when OpenSSL is broken or has no random bytes.
namespace hookswitch::sealing {

/// What a sealed value adds to its plain text.
inline constexpr std::size_t sealing_adds_bytes = 38;

/// An owner's key, unwrapped. Keep it as briefly as it is used.
class DataKey {
 public:
  /// `raw_id` is what names it in the bytes that it sealed.
  DataKey(std::string raw_id, std::string owner, Secret bytes);
  /// 16 lower-case hex digits.
  [[nodiscard]] std::string id() const;
  [[nodiscard]] const std::string& raw_id() const { return raw_id_; }
  [[nodiscard]] const std::string& owner() const { return owner_; }
  [[nodiscard]] const Secret& bytes() const { return bytes_; }

 private:
  std::string raw_id_;
  std::string owner_;
  Secret bytes_;
};

struct NewDataKey {
  DataKey key;
  std::string wrapped;  ///< under the newest master key: to be stored
};
/// Draws a key for `owner` ("workspace/default").
[[nodiscard]] NewDataKey make_data_key(const MasterKeys& masters, std::string_view owner);

/// The data key again. Refused: `malformed`, `unsupported_version`, `unknown_master_key` (the field
/// is its id), `not_authentic` (a changed bit, another owner, another key under that id).
[[nodiscard]] Result<DataKey> unwrap(const MasterKeys& masters, std::string_view owner,
                                     std::string_view wrapped);
/// The same data key under the newest master key; the same bytes when it is there already. What was
/// sealed with it stays good. Refused as unwrap().
[[nodiscard]] Result<std::string> rewrap(const MasterKeys& masters, std::string_view owner,
                                         std::string_view wrapped);
/// Which master key wraps it, as it says itself. Refused: `malformed`, `unsupported_version`.
[[nodiscard]] Result<std::string> master_key_of(std::string_view wrapped);

/// Where a value belongs besides its owner. It opens in the same place only.
struct Place {
  std::string_view entity;  ///< "provider_key/default/2026-11"
  std::string_view field;
};
/// `plain` of at most 1 MiB, sealing_adds_bytes longer then; std::length_error beyond.
[[nodiscard]] std::string seal(const DataKey& key, const Place& place, std::string_view plain);
/// Refused: `malformed`, `unsupported_version`, `other_data_key` (the field is the id of the one
/// that is needed), `not_authentic` (a changed bit, another place or owner).
[[nodiscard]] Result<Secret> open(const DataKey& key, const Place& place, std::string_view sealed);

}  // namespace hookswitch::sealing
