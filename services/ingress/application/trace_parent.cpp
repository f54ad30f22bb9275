#include "trace_parent.hpp"

#include <algorithm>
#include <span>

namespace hookswitch::ingress {
namespace {

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

/// version "-" trace-id "-" parent-id "-" flags. A header with what a later version may add is made
/// anew.
bool is_valid(std::string_view text) {
  if (text.size() != 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const auto version = text.substr(0, 2);
  return is_lower_hex(version) && version != "ff" && is_id(text.substr(3, 32)) &&
         is_id(text.substr(36, 16)) && is_lower_hex(text.substr(53, 2));
}

void append_hex(std::string& out, std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4U];
    out += digits[byte & 0x0FU];
  }
}

}  // namespace

std::string trace_parent_of(std::string_view sent, const Uuid& id,
                            const signing::Digest& body_digest) {
  if (is_valid(sent)) return std::string(sent);
  std::string made;
  made.reserve(55);
  made += "00-";
  append_hex(made, id.bytes);
  made += '-';
  append_hex(made, std::span(body_digest).first<8>());
  made += "-01";
  return made;
}

}  // namespace hookswitch::ingress
