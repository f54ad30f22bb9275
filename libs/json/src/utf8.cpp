#include "utf8.hpp"

#include <hookswitch/json/document.hpp>

#include <cstdint>
#include <cstring>

namespace hookswitch::json {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080U;

bool in(unsigned char byte, unsigned low, unsigned high) { return byte >= low && byte <= high; }

/// The length of the well-formed sequence that starts here with a byte ≥ 0x80, or 0: Unicode 15,
/// table 3-7.
std::size_t sequence_length(const unsigned char* at, std::size_t left) {
  const unsigned char lead = at[0];
  if (in(lead, 0xC2, 0xDF)) return left >= 2 && in(at[1], 0x80, 0xBF) ? 2 : 0;
  if (in(lead, 0xE0, 0xEF)) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return left >= 3 && in(at[1], low, high) && in(at[2], 0x80, 0xBF) ? 3 : 0;
  }
  if (in(lead, 0xF0, 0xF4)) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return left >= 4 && in(at[1], low, high) && in(at[2], 0x80, 0xBF) && in(at[3], 0x80, 0xBF) ? 4
                                                                                               : 0;
  }
  return 0;
}

}  // namespace

std::size_t utf8_prefix(std::string_view bytes) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const std::size_t size = bytes.size();
  std::size_t at = 0;
  while (at < size) {
    // Mostly ASCII: 32 bytes a step while nothing else comes.
    while (at + 32 <= size) {
      std::uint64_t words[4];
      std::memcpy(words, data + at, sizeof words);
      if (((words[0] | words[1] | words[2] | words[3]) & high_bits) != 0) break;
      at += 32;
    }
    while (at < size && data[at] < 0x80) ++at;
    // Runs of letters beyond ASCII stay here instead of trying the wide step between every two of
    // them.
    while (at < size && data[at] >= 0x80) {
      const std::size_t length = sequence_length(data + at, size - at);
      if (length == 0) return at;
      at += length;
    }
  }
  return size;
}

bool is_utf8(std::string_view bytes) { return utf8_prefix(bytes) == bytes.size(); }

}  // namespace hookswitch::json
