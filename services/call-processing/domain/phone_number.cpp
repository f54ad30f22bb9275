#include "domain/phone_number.hpp"

#include <algorithm>

namespace hookswitch::call_processing {
namespace {

constexpr std::string_view numeric_anonymous = "+266696687";  // "anonymous" on a telephone's keys
constexpr std::size_t digits_min = 3;
constexpr std::size_t digits_max = 18;  // E.164 has 15; an unusual prefix may precede them

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

// "anonymous", "unknown", "restricted", "unavailable", "private", "withheld", "blocked" have
// letters, so that no list of words, in whatever case or language, has to be kept.
std::optional<std::string> telephone_number(std::string_view text) {
  if (text == numeric_anonymous) return std::nullopt;
  const auto digits = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit));
  if (digits < digits_min || digits > digits_max) return std::nullopt;
  constexpr std::string_view separators = " +-()./";
  const bool is_number = std::all_of(text.begin(), text.end(), [&](char c) {
    return is_digit(c) || separators.find(c) != std::string_view::npos;
  });
  if (!is_number) return std::nullopt;
  return std::string(text);
}

}  // namespace hookswitch::call_processing
