#include "rules.hpp"

#include <hookswitch/core/decimal.hpp>
#include <hookswitch/json/document.hpp>

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace hookswitch::cli::rules {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_lower(char letter) { return letter >= 'a' && letter <= 'z'; }
bool is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }

template <class Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

Complaint unless(bool good, const char* complaint) {
  return good ? Complaint{} : Complaint{complaint};
}

}  // namespace

Complaint entity_id(std::string_view text) {
  const bool good = !text.empty() && text.size() <= 63 && text.front() != '_' &&
                    text.front() != '-' && all(text, [](char letter) {
                      return is_lower(letter) || is_digit(letter) || letter == '_' || letter == '-';
                    });
  return unless(good, "must be 1 to 63 of a-z, 0-9, _ and -, beginning with a letter or digit");
}

Complaint e164(std::string_view text) {
  const bool good = text.size() >= 8 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
                    all(text.substr(1), is_digit);
  return unless(good, "must be an E.164 number: + and 7 to 15 digits, the first not 0");
}

Complaint time_zone(const std::string& text) {
  try {
    date::locate_zone(text);
    return std::nullopt;
  } catch (const std::runtime_error&) {
    return "is not a time zone of the IANA database (Europe/Berlin)";
  }
}

Complaint agent_id(std::string_view text) {
  const bool good = !text.empty() && text.size() <= 128 && all(text, [](char letter) {
    return is_lower(letter) || is_upper(letter) || is_digit(letter) || letter == '_' ||
           letter == '-';
  });
  return unless(good, "must be 1 to 128 letters, digits, _ and -");
}

Complaint name(std::string_view text) {
  return unless(!text.empty() && text.size() <= 200 && json::is_utf8(text),
                "must be 1 to 200 bytes of UTF-8");
}

Complaint positive_id(std::string_view text, std::int64_t& value) {
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return unless(error == std::errc{} && stop == end && value > 0, "must be a positive integer");
}

Complaint currency(std::string_view text) {
  return unless(text.size() == 3 && all(text, is_upper), "must be an ISO 4217 code (EUR)");
}

Complaint millionths(std::string_view text, std::int64_t& value) {
  constexpr auto wrong = "must be a decimal, not negative, exact in millionths (0.15)";
  const auto decimal = Decimal::parse(text);
  if (!decimal || decimal->coefficient() < 0) return wrong;
  const auto shifted = decimal->shifted(6);
  if (shifted.exponent() < 0 || shifted.exponent() > 18) return wrong;
  value = shifted.coefficient();
  for (std::int32_t zeros = shifted.exponent(); zeros > 0; --zeros) {
    if (__builtin_mul_overflow(value, std::int64_t{10}, &value)) return wrong;
  }
  return std::nullopt;
}

Complaint increments(std::string_view text, PlanTerms& plan) {
  struct Known {
    std::string_view text;
    std::int32_t first;
    std::int32_t next;
  };
  constexpr std::array<Known, 4> all_known{
      {{"60/60", 60, 60}, {"60/1", 60, 1}, {"30/6", 30, 6}, {"1/1", 1, 1}}};
  for (const auto& known : all_known) {
    if (known.text != text) continue;
    plan.first_increment_s = known.first;
    plan.next_increment_s = known.next;
    return std::nullopt;
  }
  return "must be 60/60, 60/1, 30/6 or 1/1";
}

Complaint time_of_day(std::string_view text, std::int32_t& minute) {
  constexpr auto wrong = "must be a time of day from 00:00 to 24:00";
  constexpr std::int32_t minutes_of_day = 24 * 60;
  const bool shaped = text.size() == 5 && text[2] == ':' && all(text.substr(0, 2), is_digit) &&
                      all(text.substr(3), is_digit);
  if (!shaped) return wrong;
  const auto minutes = (text[3] - '0') * 10 + (text[4] - '0');
  minute = ((text[0] - '0') * 10 + (text[1] - '0')) * 60 + minutes;
  return unless(minutes < 60 && minute <= minutes_of_day, wrong);
}

Complaint integer(std::string_view text, std::int64_t least, std::int64_t most,
                  std::int64_t& value) {
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc{} && stop == end && value >= least && value <= most) return std::nullopt;
  return "must be an integer from " + std::to_string(least) + " to " + std::to_string(most);
}

Complaint boolean(std::string_view text, bool& value) {
  value = text == "true";
  return unless(value || text == "false", "must be true or false");
}

Complaint instant(std::string_view text, std::optional<TimePoint>& value) {
  value = parse_rfc3339(text);
  return unless(value.has_value(), "must be RFC 3339 (2026-11-23T08:00:00Z)");
}

}  // namespace hookswitch::cli::rules
