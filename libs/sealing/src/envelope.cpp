#include "aes_gcm.hpp"
#include "bytes.hpp"

#include <hookswitch/sealing/envelope.hpp>

#include <optional>
#include <stdexcept>
#include <utility>

namespace hookswitch::sealing {
namespace {

constexpr char version = '\x01';
constexpr char kind_wrapped = 'K';
constexpr char kind_sealed = 'S';
constexpr std::size_t data_key_id_bytes = 8;
constexpr std::size_t plain_bytes_max = std::size_t{1024} * 1024;

/// Either kind of bytes, taken apart.
struct Parts {
  std::string_view header;       ///< all before the nonce
  std::string_view master_id;    ///< of a wrapped data key
  std::string_view data_key_id;  ///< raw
  std::string_view encrypted;    ///< nonce, ciphertext, tag
};

Rejection malformed(const char* what) { return {"malformed", "", what}; }

Result<Parts> take_apart(std::string_view bytes, char kind) {
  Parts parts;
  auto rest = bytes;
  const auto start = take(rest, 2);
  if (!start || start->back() != kind) {
    return malformed(kind == kind_wrapped ? "no wrapped data key" : "no sealed value");
  }
  if (start->front() != version) {
    return Rejection{"unsupported_version", "",
                     "version " + std::to_string(static_cast<unsigned char>(start->front()))};
  }
  if (kind == kind_wrapped) {
    const auto length = take(rest, 1);
    const auto id = length ? take(rest, static_cast<unsigned char>(length->front())) : std::nullopt;
    if (!id || !is_key_id(*id)) return malformed("no id of a master key");
    parts.master_id = *id;
  }
  const auto id = take(rest, data_key_id_bytes);
  if (!id) return malformed("too short");
  parts.data_key_id = *id;
  parts.header = bytes.substr(0, bytes.size() - rest.size());
  parts.encrypted = rest;
  constexpr std::size_t around = nonce_bytes + tag_bytes;
  const bool right_size = kind == kind_wrapped
                              ? rest.size() == around + key_bytes
                              : rest.size() >= around && rest.size() <= around + plain_bytes_max;
  if (!right_size) return malformed("of a wrong size");
  return parts;
}

std::string wrap(const MasterKeys& masters, const DataKey& key) {
  const std::string& master_id = masters.newest_id();
  std::string bytes{version, kind_wrapped, static_cast<char>(master_id.size())};
  bytes += master_id;
  bytes += key.raw_id();
  std::string associated = bytes;
  append_counted(associated, key.owner());
  return bytes += encrypt(*masters.find(master_id), associated, key.bytes().view());
}

Result<DataKey> unwrap_parts(const MasterKeys& masters, std::string_view owner,
                             const Parts& parts) {
  const Secret* master = masters.find(parts.master_id);
  if (master == nullptr) {
    return Rejection{"unknown_master_key", std::string(parts.master_id),
                     "wraps the data key and is not among the master keys"};
  }
  std::string associated(parts.header);
  append_counted(associated, owner);
  auto bytes = decrypt(*master, associated, parts.encrypted);
  if (!bytes) return Rejection{"not_authentic", "", "the wrapped data key is not what was wrapped"};
  return DataKey(std::string(parts.data_key_id), std::string(owner), *std::move(bytes));
}

std::string associated_with(std::string_view header, const DataKey& key, const Place& place) {
  std::string associated(header);
  append_counted(associated, key.owner());
  append_counted(associated, place.entity);
  append_counted(associated, place.field);
  return associated;
}

}  // namespace

DataKey::DataKey(std::string raw_id, std::string owner, Secret bytes)
    : raw_id_(std::move(raw_id)), owner_(std::move(owner)), bytes_(std::move(bytes)) {}

std::string DataKey::id() const { return to_hex(raw_id_); }

NewDataKey make_data_key(const MasterKeys& masters, std::string_view owner) {
  std::string raw_id(data_key_id_bytes, '\0');
  fill_random(raw_id);
  Secret bytes(key_bytes);
  fill_random_key(bytes);
  DataKey key(std::move(raw_id), std::string(owner), std::move(bytes));
  std::string wrapped = wrap(masters, key);
  return {std::move(key), std::move(wrapped)};
}

Result<DataKey> unwrap(const MasterKeys& masters, std::string_view owner,
                       std::string_view wrapped) {
  const auto parts = take_apart(wrapped, kind_wrapped);
  if (!parts) return parts.error();
  return unwrap_parts(masters, owner, *parts);
}

Result<std::string> rewrap(const MasterKeys& masters, std::string_view owner,
                           std::string_view wrapped) {
  const auto parts = take_apart(wrapped, kind_wrapped);
  if (!parts) return parts.error();
  const auto key = unwrap_parts(masters, owner, *parts);
  if (!key) return key.error();
  if (parts->master_id == masters.newest_id()) return std::string(wrapped);
  return wrap(masters, *key);
}

Result<std::string> master_key_of(std::string_view wrapped) {
  const auto parts = take_apart(wrapped, kind_wrapped);
  if (!parts) return parts.error();
  return std::string(parts->master_id);
}

std::string seal(const DataKey& key, const Place& place, std::string_view plain) {
  if (plain.size() > plain_bytes_max) throw std::length_error("more than 1 MiB to seal");
  std::string bytes{version, kind_sealed};
  bytes += key.raw_id();
  return bytes += encrypt(key.bytes(), associated_with(bytes, key, place), plain);
}

Result<Secret> open(const DataKey& key, const Place& place, std::string_view sealed) {
  const auto parts = take_apart(sealed, kind_sealed);
  if (!parts) return parts.error();
  if (parts->data_key_id != key.raw_id()) {
    return Rejection{"other_data_key", to_hex(parts->data_key_id), "sealed it, not " + key.id()};
  }
  auto plain = decrypt(key.bytes(), associated_with(parts->header, key, place), parts->encrypted);
  if (!plain) return Rejection{"not_authentic", "", "not what was sealed in this place"};
  return *std::move(plain);
}

}  // namespace hookswitch::sealing
