#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/time.hpp>

#include <optional>
#include <string>
#include <vector>

namespace hookswitch::directory {

/// [from, until): who has a number in that time. An absent end is open.
struct Ownership {
  TenantId company;
  std::optional<TimePoint> from;
  std::optional<TimePoint> until;
  friend bool operator==(const Ownership&, const Ownership&) = default;
};

/// A number's owners, ordered by time and without overlap: one company at an instant.
using NumberHistory = std::vector<Ownership>;

/// What is wrong with one place of a list.
struct Flaw {
  std::size_t index = 0;
  std::string detail;
  friend bool operator==(const Flaw&, const Flaw&) = default;
};

/// Orders the periods by their beginning. Pure.
[[nodiscard]] NumberHistory ordered(NumberHistory history);

/// What keeps an ordered list from being a history: a period without length, two that overlap. At
/// most one flaw for each period. Pure.
[[nodiscard]] std::vector<Flaw> flaws_of(const NumberHistory& history);

/// Whose the number was at that instant; nothing when nobody's. Pure.
[[nodiscard]] std::optional<TenantId> owner_at(const NumberHistory& history, TimePoint instant);

/// The history after the number went to `company` at `at`: the period that `at` lies in is cut
/// there, and the company has the rest of it; where nobody had the number, the time up to the next
/// period. What was before `at` and what is planned after that period stay as they are. Doing it
/// again changes nothing. `history` is without flaws. Pure.
[[nodiscard]] NumberHistory moved(NumberHistory history, const TenantId& company, TimePoint at);

}  // namespace hookswitch::directory
