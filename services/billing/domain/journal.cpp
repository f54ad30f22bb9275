#include "domain/journal.hpp"

#include <cstdlib>

namespace hookswitch::billing {
namespace {

struct Sides {
  Account debit;
  Account credit;
};

void add(std::vector<JournalLine>& lines, Sides sides, const CurrencyCode& currency,
         std::int64_t e6) {
  if (e6 == 0) return;
  lines.push_back({sides.debit, {currency, e6}});
  lines.push_back({sides.credit, {currency, -e6}});
}

std::vector<JournalLine> lines_between(Sides sides, const std::optional<Money>& before,
                                       const std::optional<Money>& after) {
  std::vector<JournalLine> lines;
  if (before && after && before->currency == after->currency) {
    add(lines, sides, after->currency, after->e6 - before->e6);
    return lines;
  }
  if (before) add(lines, sides, before->currency, -before->e6);
  if (after) add(lines, sides, after->currency, after->e6);
  return lines;
}

}  // namespace

std::string_view to_string(Account account) {
  switch (account) {
    case Account::receivable:
      return "receivable";
    case Account::revenue_usage:
      return "revenue_usage";
    case Account::provider_cost:
      return "provider_cost";
    case Account::provider_accrual:
      return "provider_accrual";
  }
  std::abort();
}

std::vector<JournalLine> revenue_lines(const std::optional<Money>& before,
                                       const std::optional<Money>& after) {
  return lines_between({Account::receivable, Account::revenue_usage}, before, after);
}

std::vector<JournalLine> cost_lines(const std::optional<Money>& before,
                                    const std::optional<Money>& after) {
  return lines_between({Account::provider_cost, Account::provider_accrual}, before, after);
}

}  // namespace hookswitch::billing
