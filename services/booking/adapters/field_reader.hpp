#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/json/document.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hookswitch::booking {

/// Reads field after field and keeps the first thing that is wrong, so that what uses it reads as a
/// list. What is only passed on can be done without: its path is noted in `ignored`. One thread.
class FieldReader {
 public:
  explicit FieldReader(std::vector<std::string>& ignored) : ignored_(ignored) {}

  [[nodiscard]] const std::optional<Rejection>& rejection() const { return rejection_; }
  void refuse(std::string code, const json::Value& value, std::string message);

  // Without these a webhook means something else: odd ones are refused.
  /// A text that must be as it was sent, up to `bytes_max`; nothing when it is empty.
  std::optional<std::string> exact_text(const json::Value& value, std::size_t bytes_max);
  /// RFC 3339, 2000 to 2100.
  std::optional<TimePoint> instant(const json::Value& value);
  bool flag(const json::Value& value);

  // Odd ones are as good as absent. Not for a field inside an array: its path would not be one of a
  // few.
  /// Empty for an empty text too: Cal.com uses it for "nothing".
  std::string text(const json::Value& value);
  std::optional<std::int64_t> integer(const json::Value& value);
  /// An instant that only orders things: an odd one must not win for ever.
  std::optional<TimePoint> lenient_instant(const json::Value& value);

 private:
  void ignore(const json::Value& value) { ignored_.push_back(value.path()); }

  std::vector<std::string>& ignored_;
  std::optional<Rejection> rejection_;
};

/// The text with U+FFFD for each NUL character, which Postgres cannot hold.
[[nodiscard]] std::string without_nul(std::string_view text);

}  // namespace hookswitch::booking
