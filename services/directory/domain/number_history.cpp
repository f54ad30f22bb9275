#include "domain/number_history.hpp"

#include <algorithm>

namespace hookswitch::directory {
namespace {

TimePoint begin_of(const Ownership& period) { return period.from.value_or(TimePoint::min()); }
TimePoint end_of(const Ownership& period) { return period.until.value_or(TimePoint::max()); }

bool contains(const Ownership& period, TimePoint instant) {
  return (!period.from || *period.from <= instant) && (!period.until || instant < *period.until);
}

/// What one company has without a gap is one period.
NumberHistory joined(const NumberHistory& history) {
  NumberHistory result;
  for (const auto& period : history) {
    const bool goes_on = !result.empty() && result.back().company == period.company &&
                         result.back().until && period.from && *result.back().until == *period.from;
    if (goes_on) {
      result.back().until = period.until;
    } else {
      result.push_back(period);
    }
  }
  return result;
}

}  // namespace

NumberHistory ordered(NumberHistory history) {
  std::stable_sort(
      history.begin(), history.end(),
      [](const Ownership& one, const Ownership& other) { return begin_of(one) < begin_of(other); });
  return history;
}

std::vector<Flaw> flaws_of(const NumberHistory& history) {
  std::vector<Flaw> flaws;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const auto& period = history[i];
    if (begin_of(period) >= end_of(period)) {
      flaws.push_back({i, "from must be before until"});
    } else if (i > 0 && begin_of(period) < end_of(history[i - 1])) {
      flaws.push_back({i, "overlaps a period of " + history[i - 1].company.str()});
    }
  }
  return flaws;
}

std::optional<TenantId> owner_at(const NumberHistory& history, TimePoint instant) {
  const auto found = std::find_if(history.begin(), history.end(), [instant](const auto& period) {
    return contains(period, instant);
  });
  return found == history.end() ? std::nullopt : std::optional(found->company);
}

NumberHistory moved(NumberHistory history, const TenantId& company, TimePoint at) {
  const auto found = std::find_if(history.begin(), history.end(),
                                  [at](const auto& period) { return contains(period, at); });
  if (found != history.end()) {
    if (found->company == company) return history;
    const Ownership rest{company, at, found->until};
    if (found->from && *found->from == at) {
      *found = rest;
    } else {
      found->until = at;
      history.insert(found + 1, rest);
    }
    return joined(history);
  }
  const auto next = std::find_if(history.begin(), history.end(),
                                 [at](const auto& period) { return begin_of(period) > at; });
  const Ownership gap{company, at, next == history.end() ? std::nullopt : next->from};
  history.insert(next, gap);
  return joined(history);
}

}  // namespace hookswitch::directory
