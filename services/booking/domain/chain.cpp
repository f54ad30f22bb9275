#include "domain/chain.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

namespace hookswitch::booking {
namespace {

constexpr std::string_view ical_host = "@Cal.com";

bool accepts(const Statement& statement) {
  const auto& status = statement.facts.status;
  if (!status.empty()) return status == "ACCEPTED";
  return statement.said == Said::created || statement.said == Said::rescheduled;
}

/// It says by itself that its booking was made anew, not by moving another one (contracts §3.3: a
/// confirmed reschedule comes as BOOKING_CREATED too, but its iCalendar sequence has gone up).
bool made_anew(const Statement& statement) {
  return (statement.said == Said::created || statement.said == Said::requested) &&
         !statement.facts.predecessor && statement.facts.ical_sequence.value_or(0) == 0;
}

const Statement* better(const Statement* holder, const Statement* challenger) {
  return holder == nullptr || beats(*challenger, *holder) ? challenger : holder;
}

const Statement* seats_given_back(const ChainedBooking& booking) {
  std::set<std::string> taken;
  std::set<std::string> given_back;
  const Statement* last = nullptr;
  for (const auto* statement : booking.said) {
    const auto& marks = statement->facts.seat_marks;
    if (statement->said == Said::cancelled) {
      given_back.insert(marks.begin(), marks.end());
      last = better(last, statement);
    } else if (statement->said != Said::no_show) {
      taken.insert(marks.begin(), marks.end());
    }
  }
  const bool all = !taken.empty() &&
                   std::includes(given_back.begin(), given_back.end(), taken.begin(), taken.end());
  return all ? last : nullptr;
}

}  // namespace

const Statement* ChainedBooking::find(Said kind) const {
  const auto found = std::find_if(said.begin(), said.end(),
                                  [&](const Statement* one) { return one->said == kind; });
  return found == said.end() ? nullptr : *found;
}

Chain::Chain(const Statements& statements) {
  for (const auto& [key, statement] : statements) {
    auto& booking = bookings_[key.uid];
    booking.said.push_back(&statement);
    if (!statement.facts.predecessor || *statement.facts.predecessor == key.uid) continue;
    booking.link = better(booking.link, &statement);
    bookings_[*statement.facts.predecessor];
  }
  for (auto& [uid, booking] : bookings_) {
    std::sort(booking.said.begin(), booking.said.end(), [](const Statement* a, const Statement* b) {
      return a->said != b->said ? a->said < b->said : beats(*a, *b);
    });
  }
  link();
  walk();
  tip_ = pick_tip();
}

void Chain::link() {
  for (const auto& [uid, booking] : bookings_) {
    if (booking.link != nullptr) {
      bookings_.at(*booking.link->facts.predecessor).successors.push_back(uid);
    }
  }
  for (auto& [uid, booking] : bookings_) {
    std::sort(booking.successors.begin(), booking.successors.end(),
              [this](const BookingUid& a, const BookingUid& b) {
                const auto& first = *bookings_.at(a).link;
                const auto& second = *bookings_.at(b).link;
                return std::tie(first.said_at, a) < std::tie(second.said_at, b);
              });
  }
}

// Statements that contradict one another can leave several bookings without a predecessor, or, in a
// circle, none: the smallest uid goes first then, and the others' trees follow.
void Chain::walk() {
  std::vector<BookingUid> starts;
  for (const auto& [uid, booking] : bookings_) {
    if (booking.link == nullptr) starts.push_back(uid);
  }
  for (const auto& [uid, booking] : bookings_) starts.push_back(uid);
  std::set<BookingUid> visited;
  for (const auto& start : starts) {
    if (!visited.insert(start).second) continue;
    std::size_t next = order_.size();
    order_.push_back(start);
    for (; next < order_.size(); ++next) {
      const auto successors = bookings_.at(order_[next]).successors;
      for (const auto& successor : successors) {
        if (visited.insert(successor).second) order_.push_back(successor);
      }
    }
  }
}

const BookingUid& Chain::pick_tip() const {
  const BookingUid* best = nullptr;
  const auto rank = [this](const BookingUid& uid) {
    const auto* link = bookings_.at(uid).link;
    return std::tuple(ending(uid) == nullptr, link != nullptr,
                      link != nullptr ? link->said_at : std::nullopt);
  };
  for (const auto& uid : order_) {
    if (!bookings_.at(uid).successors.empty()) continue;
    if (best == nullptr || std::tuple(rank(uid), uid) > std::tuple(rank(*best), *best)) best = &uid;
  }
  return best != nullptr ? *best : order_.back();
}

bool Chain::root_is_certain() const {
  const auto& said = bookings_.at(root()).said;
  if (std::any_of(said.begin(), said.end(), [](const auto* one) { return made_anew(*one); })) {
    return true;
  }
  const auto named_by_it = root().str() + std::string(ical_host);
  return std::any_of(bookings_.begin(), bookings_.end(), [&](const auto& entry) {
    const auto& all = entry.second.said;
    return std::any_of(all.begin(), all.end(),
                       [&](const auto* one) { return one->facts.ical_uid == named_by_it; });
  });
}

std::optional<BookingUid> Chain::predecessor(const BookingUid& uid) const {
  const auto* link = at(uid).link;
  return link != nullptr ? link->facts.predecessor : std::nullopt;
}

bool Chain::confirmed(const BookingUid& uid) const {
  const auto& booking = at(uid);
  if (std::any_of(booking.said.begin(), booking.said.end(),
                  [](const auto* one) { return accepts(*one); })) {
    return true;
  }
  const std::array own{Said::created, Said::rescheduled, Said::requested, Said::rejected};
  const bool described =
      std::any_of(own.begin(), own.end(), [&](Said kind) { return booking.find(kind) != nullptr; });
  return !described && std::any_of(booking.successors.begin(), booking.successors.end(),
                                   [&](const BookingUid& next) {
                                     return at(next).link->said == Said::rescheduled;
                                   });
}

bool Chain::requested(const BookingUid& uid) const {
  const auto& said = at(uid).said;
  return std::any_of(said.begin(), said.end(), [](const auto* one) {
    return one->said == Said::requested || one->facts.status == "PENDING";
  });
}

const Statement* Chain::ending(const BookingUid& uid) const {
  const auto& booking = at(uid);
  if (const auto* rejected = booking.find(Said::rejected)) return rejected;
  const bool seated = std::any_of(booking.said.begin(), booking.said.end(),
                                  [](const auto* one) { return one->facts.seated; });
  return seated ? seats_given_back(booking) : booking.find(Said::cancelled);
}

}  // namespace hookswitch::booking
