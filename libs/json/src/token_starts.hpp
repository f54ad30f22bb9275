#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace hookswitch::json {

/// Where the tokens of a text begin, found 64 bytes a step by simdjson's first stage
/// (docs/decisions/0010). Its memory is reused from text to text. Not thread safe.
class TokenStarts {
 public:
  TokenStarts();
  ~TokenStarts();
  TokenStarts(const TokenStarts&) = delete;
  TokenStarts& operator=(const TokenStarts&) = delete;

  /// Looks for the brackets, colons and commas outside of strings, the opening quotes, and the
  /// first bytes of whatever else is there. False when the text is not UTF-8, ends within a string,
  /// or has a control character in one. Throws std::bad_alloc.
  [[nodiscard]] bool find(std::string_view text);
  /// Offsets in ascending order, the last one of all the text's size; until find() is called again.
  [[nodiscard]] const std::uint32_t* offsets() const;

  /// Gives memory back when a text longer than this has taken it.
  void shrink_to(std::size_t bytes_max);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::json
