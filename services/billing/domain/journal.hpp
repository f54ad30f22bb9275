#pragma once
#include "domain/money.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hookswitch::billing {

enum class Account { receivable, revenue_usage, provider_cost, provider_accrual };
[[nodiscard]] std::string_view to_string(Account account);

/// A debit when positive, a credit when negative.
struct JournalLine {
  Account account = Account::receivable;
  Money amount;
  friend bool operator==(const JournalLine&, const JournalLine&) = default;
};

/// Debits and credits that belong together: the lines of each currency sum to zero.
struct JournalEntry {
  std::int64_t number = 1;  ///< 1, 2, 3 … of its usage
  Uuid cause;               ///< the event that made it
  std::vector<JournalLine> lines;
  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

/// What turns the books of "the customer owes `before`" into those of `after`; empty when nothing
/// does. What was in another currency is taken back in full.
[[nodiscard]] std::vector<JournalLine> revenue_lines(const std::optional<Money>& before,
                                                     const std::optional<Money>& after);
/// The same for "we owe the provider".
[[nodiscard]] std::vector<JournalLine> cost_lines(const std::optional<Money>& before,
                                                  const std::optional<Money>& after);

}  // namespace hookswitch::billing
