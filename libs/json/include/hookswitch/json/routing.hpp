#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/json/document.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::json {

/// What a text has at one JSON pointer.
struct Field {
  Value::Kind kind = Value::Kind::absent;
  /// A string decoded; a number's digits as sent; "true" or "false"; empty for anything else.
  std::string text;
  /// 0: not there. 1: there, once. More: it, or a member on the way to it, is repeated, so that
  /// readers of JSON disagree on which one counts (kind and text are those of the first, as
  /// Document reads it).
  std::size_t count = 0;
};

/// Validates the whole text exactly as Document::parse does (same limits, same refusals), and keeps
/// only what is at the given places, in their order. Nothing else is stored: this is how ingress
/// reads a webhook. A pointer is RFC 6901 ("/call/call_id", "" for the whole) through objects only:
/// no place inside an array is found. At most 16 members deep; a pointer that does not start with
/// '/' throws std::invalid_argument. Thread safe; memory is reused from one text of a thread to the
/// next.
[[nodiscard]] Result<std::vector<Field>> pick(std::string_view text,
                                              std::span<const std::string_view> pointers,
                                              const Limits& limits = {});

}  // namespace hookswitch::json
