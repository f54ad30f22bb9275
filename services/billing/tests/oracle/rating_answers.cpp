// Prices the cases on stdin, one a line, for the oracle beside: "rate per_minute_e6 first_s next_s
// threshold_ms minimum_e6 duration_ms" is answered with "billable_ms increments net_e6",
// "cost coefficient exponent" with the millionths; both with "refused" beyond what an amount may
// be.
#include "domain/rating.hpp"

#include <iostream>
#include <sstream>
#include <string>

using namespace hookswitch;
using namespace hookswitch::billing;

static std::string rate_case(std::istream& words) {
  Terms terms;
  std::int64_t threshold = 0;
  std::int64_t duration = 0;
  words >> terms.per_minute_e6 >> terms.first_increment_s >> terms.next_increment_s >> threshold >>
      terms.minimum_e6 >> duration;
  if (!words) return "no case";
  terms.free_threshold = Milliseconds{threshold};
  const auto rated = rate(terms, Milliseconds{duration});
  if (!rated) return "refused";
  return std::to_string(rated->billable.count()) + " " + std::to_string(rated->increments) + " " +
         std::to_string(rated->net_e6);
}

static std::string cost_case(std::istream& words) {
  std::int64_t coefficient = 0;
  std::int32_t exponent = 0;
  words >> coefficient >> exponent;
  if (!words) return "no case";
  const auto e6 = millionths(Decimal(coefficient, exponent));
  return e6 ? std::to_string(*e6) : "refused";
}

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    std::cout << (kind == "rate"   ? rate_case(words)
                  : kind == "cost" ? cost_case(words)
                                   : "no case")
              << '\n';
  }
  return 0;
}
