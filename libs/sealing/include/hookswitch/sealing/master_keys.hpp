#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/sealing/secret.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::sealing {

inline constexpr std::size_t key_bytes = 32;  ///< AES-256

/// The keys that wrap data keys. All of them open, the newest wraps. Immutable after it was made,
/// so thread safe.
class MasterKeys {
 public:
  /// The text of a master key file: a line a key, `<id> <32 bytes as hex or base64>`, the newest
  /// last; empty lines and lines that begin with # are passed over. An id is
  /// [a-z0-9][a-z0-9_-]{0,62}. Refused with the code `bad_master_keys`, the line as the field and
  /// never a byte of a key: a line of another form, a key of another size, an id or a key that
  /// occurs twice, a key of 32 equal bytes, no key at all.
  [[nodiscard]] static Result<MasterKeys> parse(std::string_view text);

  /// Which one wraps.
  [[nodiscard]] const std::string& newest_id() const { return keys_.back().id; }
  /// From the oldest to the newest.
  [[nodiscard]] std::vector<std::string> ids() const;
  /// Null for an id that is not there.
  [[nodiscard]] const Secret* find(std::string_view id) const;

 private:
  struct Key {
    std::string id;
    Secret bytes;
  };
  MasterKeys() = default;
  Result<void> add(std::string_view line, const std::string& where);

  std::vector<Key> keys_;
};

/// Reads a master key file. Refused besides what parse() refuses, with the path as the field: a
/// file that is not there, is no regular file, is larger than 64 KiB, belongs to neither this
/// process's user nor root, or can be read or written by others: only its owner may, and a group
/// may read root's (PostgreSQL's rule for its server key). Checked on the opened file.
[[nodiscard]] Result<MasterKeys> read_master_key_file(const std::filesystem::path& path);

}  // namespace hookswitch::sealing
