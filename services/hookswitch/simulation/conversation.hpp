#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::cli {

struct Turn {
  bool by_agent = false;
  std::string text;           ///< German, UTF-8
  std::int64_t start_ms = 0;  ///< since the call began
};

/// What was said on a call, invented.
struct Conversation {
  std::vector<Turn> turns;  ///< in order
  std::string caller;       ///< a full name
  std::string service;      ///< what the caller wants, as they say it
  bool booked = false;
  std::int64_t length_ms = 0;
};

/// How long a word takes to say.
[[nodiscard]] std::int64_t spoken_ms(std::string_view word);

/// A telephone conversation with `company`'s agent of at least `words_min` words, and not much
/// more. Pure: the same seed, the same conversation.
[[nodiscard]] Conversation converse(std::uint64_t seed, const std::string& company,
                                    std::size_t words_min);

}  // namespace hookswitch::cli
