#include "domain/cost.hpp"

#include "domain/phone_number.hpp"
#include "support/webhooks.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::call_processing::testing {

TEST_CASE("a cost is the same cost when its items come in another order") {
  const Cost one{decimal("3"),
                 decimal("10"),
                 {{"a", decimal("1"), {}, false}, {"b", decimal("2"), {}, false}}};
  const Cost other{decimal("3.0"),
                   decimal("10"),
                   {{"b", decimal("2"), {}, false}, {"a", decimal("1.00"), {}, false}}};
  CHECK(canonical_text(one) == canonical_text(other));
}

TEST_CASE("costs that differ in anything we tell are different costs") {
  const Cost base{decimal("3"), decimal("10"), {{"a", decimal("3"), decimal("0.1"), false}}};
  auto total = base;
  total.total = decimal("3.000000001");
  auto seconds = base;
  seconds.provider_seconds.reset();
  auto product = base;
  product.items[0].product = "b";
  auto leg = base;
  leg.items[0].transfer_leg = true;
  auto unit = base;
  unit.items[0].unit_price.reset();
  for (const auto& other : {total, seconds, product, leg, unit}) {
    CHECK(canonical_text(base) != canonical_text(other));
  }
}

TEST_CASE("the better cost is the later event's, then the longer, the more detailed, the higher") {
  const auto standing = [](EventRank rank, std::int64_t at, const char* seconds, std::size_t items,
                           const char* total) {
    return CostStanding{
        {rank, at, uuid_v5(hookswitch_namespace, "w")}, decimal(seconds), items, decimal(total)};
  };
  const std::vector<CostStanding> ascending{
      standing(EventRank::ended, 9, "900", 9, "9"),
      standing(EventRank::analyzed, 0, "900", 9, "9"),
      standing(EventRank::analyzed, 1, "1.5", 9, "9"),
      standing(EventRank::analyzed, 1, "10", 1, "9"),
      standing(EventRank::analyzed, 1, "10", 2, "0.25"),
      standing(EventRank::analyzed, 1, "10", 2, "0.3"),
  };
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      CHECK(beats(ascending[j], ascending[i]) == (j > i));
    }
  }
}

TEST_CASE("a withheld caller has no number, however the provider writes it") {
  for (const auto* text :
       {"anonymous", "Anonymous", "RESTRICTED", "unknown", "unavailable", "Private", "withheld",
        "blocked", "", "+266696687", "sip:alice@example.org", "+", "12"}) {
    CHECK(telephone_number(text) == std::nullopt);
  }
  CHECK(telephone_number("+4917604069012") == "+4917604069012");
  CHECK(telephone_number("030 901820-0") == "030 901820-0");
}

}  // namespace hookswitch::call_processing::testing
