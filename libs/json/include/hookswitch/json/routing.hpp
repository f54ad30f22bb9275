#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/json/document.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::json {

/// What a text has at one JSON pointer.
struct Field {
  Value::Kind kind = Value::Kind::absent;
  /// 0: not there. 1: there, once. More: it, or a member on the way to it, is repeated, so that
  /// readers of JSON disagree on which one counts (kind and text are those of the first, as
  /// Document reads it).
  std::uint32_t count = 0;
  /// A string decoded; a number's digits as sent; "true" or "false"; empty for anything else.
  std::string text;
};

/// Places in a text, made once and used for many. Each is a JSON pointer of RFC 6901
/// ("/call/call_id", "" for the whole) through objects only: no place inside an array is found.
/// Immutable, so thread safe.
class Places {
 public:
  /// The pointers' texts must outlive it. Throws std::invalid_argument when one does not start with
  /// '/', has a stray '~', goes more than 16 members deep, or is there twice.
  explicit Places(std::span<const std::string_view> pointers);

  /// How many there are, and the pointer of each, in the order in which they were given.
  [[nodiscard]] std::size_t size() const { return pointers_.size(); }
  [[nodiscard]] std::string_view pointer(std::size_t index) const { return pointers_[index]; }

 private:
  friend class Picker;

  /// A member's name on the way to some place. The first of them stands for the whole text.
  struct Node {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::string name;
    std::size_t parent = none;
    std::size_t place = none;  ///< which of the pointers ends here
    std::vector<std::size_t> children;
  };
  [[nodiscard]] std::size_t child(std::size_t node, std::string name);

  std::vector<std::string_view> pointers_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> node_of_;  ///< by place
  std::size_t depth_ = 0;             ///< members between the whole text and the deepest place
};

/// Validates the whole text exactly as Document::parse does (same limits, same refusals), and keeps
/// only what is at the given places, in their order. Nothing else is stored: this is how ingress
/// reads a webhook. Thread safe; memory is reused from one text of a thread to the next.
[[nodiscard]] Result<std::vector<Field>> pick(std::string_view text, const Places& places,
                                              const Limits& limits = {});

}  // namespace hookswitch::json
