#include "bytes.hpp"
#include "key_text.hpp"

#include <hookswitch/sealing/master_keys.hpp>

#include <algorithm>
#include <utility>

namespace hookswitch::sealing {
namespace {

constexpr std::string_view white = " \t\r";

Rejection bad(std::string where, std::string message) {
  return {"bad_master_keys", std::move(where), std::move(message)};
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

}  // namespace

Result<MasterKeys> MasterKeys::parse(std::string_view text) {
  MasterKeys keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (auto added = keys.add(line, "line " + std::to_string(number)); !added) return added.error();
  }
  if (keys.keys_.empty()) return bad("", "has no key");
  return keys;
}

Result<void> MasterKeys::add(std::string_view line, const std::string& where) {
  const auto space = line.find_first_of(white);
  // Without an id the first word may be the key itself: nothing of the line is repeated.
  if (space == std::string_view::npos) return bad(where, "is not `<id> <key>`");
  const auto id = line.substr(0, space);
  if (!is_key_id(id)) return bad(where, "the id must match [a-z0-9][a-z0-9_-]{0,62}");
  auto bytes = parse_key(trimmed(line.substr(space)));
  if (!bytes) return bad(where, "the key is not 32 bytes in hex or base64");
  const auto all = bytes->view();
  if (all.find_first_not_of(all.front()) == std::string_view::npos) {
    return bad(where, "the key is one byte over and over: draw it at random");
  }
  for (const auto& other : keys_) {
    if (other.id == id) return bad(where, "the id occurs twice");
    if (same(other.bytes, *bytes)) return bad(where, "the key is also that of " + other.id);
  }
  keys_.push_back({std::string(id), *std::move(bytes)});
  return {};
}

std::vector<std::string> MasterKeys::ids() const {
  std::vector<std::string> ids;
  ids.reserve(keys_.size());
  for (const auto& key : keys_) ids.push_back(key.id);
  return ids;
}

const Secret* MasterKeys::find(std::string_view id) const {
  const auto found = std::ranges::find(keys_, id, &Key::id);
  return found != keys_.end() ? &found->bytes : nullptr;
}

}  // namespace hookswitch::sealing
