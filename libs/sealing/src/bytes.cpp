#include "bytes.hpp"

#include <algorithm>
#include <stdexcept>

namespace hookswitch::sealing {

bool is_key_id(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 63 && plain(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return plain(c) || c == '-' || c == '_'; });
}

void append_counted(std::string& bytes, std::string_view text) {
  if (text.size() > 0xffff'ffffU) throw std::length_error("a text of more than 4 GiB");
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes += static_cast<char>((text.size() >> shift) & 0xffU);
  }
  bytes += text;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += digits[value >> 4U];
    text += digits[value & 15U];
  }
  return text;
}

std::optional<std::string_view> take(std::string_view& bytes, std::size_t count) {
  if (bytes.size() < count) return std::nullopt;
  const auto taken = bytes.substr(0, count);
  bytes.remove_prefix(count);
  return taken;
}

}  // namespace hookswitch::sealing
