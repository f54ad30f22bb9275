#include "parse.hpp"

#include "utf8.hpp"

#include <algorithm>

namespace hookswitch::json {

ParserMemory& thread_parser_memory() {
  thread_local ParserMemory memory;
  return memory;
}

std::optional<Rejection> size_refused(std::string_view text, const Limits& limits) {
  const std::size_t allowed = std::min(limits.bytes_max, Strings::text_bytes_max);
  if (text.size() <= allowed) return std::nullopt;
  return Rejection{"too_large", "",
                   std::to_string(text.size()) + " bytes, allowed are " + std::to_string(allowed)};
}

Rejection tokens_refused(std::string_view text) {
  const std::size_t valid = utf8_prefix(text);
  if (valid != text.size()) {
    return {"not_utf8", "", "malformed sequence at byte " + std::to_string(valid)};
  }
  std::size_t opened = 0;
  bool within = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      ++at;  // what it escapes is no quote, within a string or not
    } else if (c == '"') {
      within = !within;
      opened = at;
    } else if (within && static_cast<unsigned char>(c) < 0x20) {
      return not_json("control character in a string", at);
    }
  }
  return not_json("unclosed string", opened);
}

}  // namespace hookswitch::json
