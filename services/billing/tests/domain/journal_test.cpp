#include "domain/journal.hpp"

#include "support/facts.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::billing::testing {
namespace {

Money money(const std::string& currency, std::int64_t e6) { return {CurrencyCode(currency), e6}; }

}  // namespace

TEST_CASE(
    "what a customer owes is a receivable against revenue, what we owe a cost against accrual") {
  CHECK(revenue_lines({}, money("EUR", 450'000)) ==
        std::vector<JournalLine>{{Account::receivable, money("EUR", 450'000)},
                                 {Account::revenue_usage, money("EUR", -450'000)}});
  CHECK(cost_lines({}, money("USD", 221'667)) ==
        std::vector<JournalLine>{{Account::provider_cost, money("USD", 221'667)},
                                 {Account::provider_accrual, money("USD", -221'667)}});
}

TEST_CASE("a change posts its difference, another currency takes the old amount back") {
  CHECK(revenue_lines(money("EUR", 450'000), money("EUR", 300'000)) ==
        std::vector<JournalLine>{{Account::receivable, money("EUR", -150'000)},
                                 {Account::revenue_usage, money("EUR", 150'000)}});
  CHECK(revenue_lines(money("EUR", 450'000), money("CHF", 400'000)) ==
        std::vector<JournalLine>{{Account::receivable, money("EUR", -450'000)},
                                 {Account::revenue_usage, money("EUR", 450'000)},
                                 {Account::receivable, money("CHF", 400'000)},
                                 {Account::revenue_usage, money("CHF", -400'000)}});
}

TEST_CASE("nothing is posted for nothing") {
  CHECK(revenue_lines({}, {}).empty());
  CHECK(revenue_lines({}, money("EUR", 0)).empty());
  CHECK(revenue_lines(money("EUR", 5), money("EUR", 5)).empty());
  CHECK(cost_lines(money("USD", 0), money("EUR", 0)).empty());
}

}  // namespace hookswitch::billing::testing
