#include "literals.hpp"

#include <hookswitch/postgres/connection.hpp>

#include <array>
#include <charconv>
#include <cstring>

namespace hookswitch::postgres {

void refuse_nul(std::string_view text) {
  // libpq takes text parameters as C strings: what follows a NUL would be lost without a word.
  if (!text.empty() && std::memchr(text.data(), '\0', text.size()) != nullptr) {
    throw StatementError("a text parameter holds a NUL character, which Postgres cannot store",
                         "22021");
  }
}

namespace {

/// Grows `out` by what one quoted element can need at most, and gives back what was not used.
void append_quoted(std::string& out, std::string_view value) {
  refuse_nul(value);
  const std::size_t start = out.size();
  out.resize(start + 2 * value.size() + 2);
  char* to = out.data() + start;
  *to++ = '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') *to++ = '\\';
    *to++ = c;
  }
  *to++ = '"';
  out.resize(static_cast<std::size_t>(to - out.data()));
}

/// One allocation, with room for a quote in every eighth place.
std::size_t room_for(std::size_t bytes, std::size_t count) {
  return bytes + bytes / 8 + 4 * count + 2;
}

}  // namespace

std::string array_literal(std::span<const std::string> values) {
  std::size_t bytes = 0;
  for (const auto& value : values) bytes += value.size();
  std::string out;
  out.reserve(room_for(bytes, values.size()));
  out += '{';
  for (const auto& value : values) {
    if (out.size() > 1) out += ',';
    append_quoted(out, value);
  }
  out += '}';
  return out;
}

std::string array_literal(std::span<const std::int64_t> values) {
  std::string out = "{";
  std::array<char, 24> digits{};
  for (const auto value : values) {
    if (out.size() > 1) out += ',';
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
  }
  out += '}';
  return out;
}

std::string bytea_literal(std::string_view bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out(2 + 2 * bytes.size(), '\0');
  out[0] = '\\';
  out[1] = 'x';
  std::size_t at = 2;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out[at++] = hex[byte >> 4U];
    out[at++] = hex[byte & 0x0FU];
  }
  return out;
}

namespace {

unsigned nibble(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
  throw std::logic_error("not a bytea in its hex form");
}

}  // namespace

std::string bytea_bytes(std::string_view text) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) {
    throw std::logic_error("not a bytea in its hex form");
  }
  std::string out((text.size() - 2) / 2, '\0');
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<char>((nibble(text[2 + 2 * i]) << 4U) | nibble(text[3 + 2 * i]));
  }
  return out;
}

}  // namespace hookswitch::postgres
