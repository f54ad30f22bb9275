#include "number.hpp"

namespace hookswitch::json {
namespace {

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

}  // namespace

std::size_t number_length(std::string_view text) {
  const std::size_t whole = text.starts_with('-') ? 1 : 0;
  const bool zero = whole < text.size() && text[whole] == '0';
  std::size_t at = zero ? whole + 1 : skip_digits(text, whole);
  if (at == whole) return 0;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = at + 1;
    at = skip_digits(text, fraction);
    if (at == fraction) return 0;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const bool sign = at + 1 < text.size() && (text[at + 1] == '+' || text[at + 1] == '-');
    const std::size_t exponent = at + (sign ? 2 : 1);
    at = skip_digits(text, exponent);
    if (at == exponent) return 0;
  }
  return at;
}

}  // namespace hookswitch::json
