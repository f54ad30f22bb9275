#pragma once
#include <hookswitch/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::json {

/// A string's characters, and where Strings finds them again.
struct DecodedString {
  std::uint32_t place = 0;
  std::string_view characters;  ///< until the next one is decoded
};

/// A text and the strings in it. What has no escapes is a view of the text; what has some is
/// decoded into memory of its own, which is reused from text to text. Places are counted through
/// both: the text's offsets first, then those of the decoded.
class Strings {
 public:
  /// Twice a text is to be countable in 32 bits.
  static constexpr std::size_t text_bytes_max = std::size_t{1} << 31U;

  /// The text must outlive every use.
  void assign(std::string_view text);

  // The string between the quotes at `open` and `close`, known to be UTF-8 without control
  // characters. Strings must be asked for in their order.

  /// False when it has escapes, which decode() takes.
  [[nodiscard]] bool view(std::size_t open, std::size_t close, DecodedString& into) const {
    if (backslash_ < close) return false;
    into = {static_cast<std::uint32_t>(open + 1), text_.substr(open + 1, close - open - 1)};
    return true;
  }
  /// "not_json" for an escape that is none, "not_utf8" for half of a surrogate pair.
  [[nodiscard]] std::optional<Rejection> decode(std::size_t open, std::size_t close,
                                                DecodedString& into);
  [[nodiscard]] std::string_view at(std::uint32_t place, std::uint32_t length) const {
    return place < text_.size() ? text_.substr(place, length)
                                : std::string_view(decoded_).substr(place - text_.size(), length);
  }

  [[nodiscard]] std::string_view text() const { return text_; }
  /// Gives memory back when a rare text has taken more than this.
  void shrink_to(std::size_t bytes_max);

 private:
  [[nodiscard]] std::optional<Rejection> unescape(std::size_t from, std::size_t close);
  void look_for_backslash(std::size_t from);

  std::string_view text_;
  std::string decoded_;
  std::size_t backslash_ = 0;  ///< the first one behind the last string, or the text's end
};

}  // namespace hookswitch::json
