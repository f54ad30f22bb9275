#pragma once
#include <hookswitch/core/result.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace hookswitch::json {

/// The private copy of a text in which RapidJSON decodes strings in place. Its memory is reused
/// from text to text.
class InSituText {
 public:
  /// Names the text to parse; it must outlive every use of this copy.
  void assign(std::string_view text) { text_ = text; }
  /// Checks size and encoding and makes the copy: "too_large" or "not_utf8".
  [[nodiscard]] std::optional<Rejection> load(std::size_t bytes_max);

  /// RapidJSON refuses numbers beyond a double's range (1e400), which are JSON. Copies the text
  /// again with each such number replaced by a string of the same length; false when that has been
  /// done already.
  [[nodiscard]] bool mask_big_numbers();
  [[nodiscard]] bool masked_number_at(std::size_t offset) const {
    return masked_ && text_[offset] != '"';
  }

  [[nodiscard]] char* data() { return buffer_.get(); }
  [[nodiscard]] const char* data() const { return buffer_.get(); }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::size_t offset_of(const char* in_copy) const {
    return static_cast<std::size_t>(in_copy - buffer_.get());
  }
  [[nodiscard]] bool may_hold_lone_surrogate() const { return low_surrogate_escape_; }

  /// Gives memory back when a rare large text has made the buffer larger than this.
  void shrink_to(std::size_t bytes_max);
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  void copy();

  std::string_view text_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  bool low_surrogate_escape_ = false;
  bool masked_ = false;
};

}  // namespace hookswitch::json
