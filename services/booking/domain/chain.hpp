#pragma once
#include "domain/booking_webhook.hpp"

#include <map>
#include <optional>
#include <vector>

namespace hookswitch::booking {

/// Everything that is remembered of an appointment's bookings: the best statement for each key. A
/// function of the set of webhooks heard, whatever their order and repeats.
using Statements = std::map<StatementKey, Statement>;

/// One booking of a chain, as the statements have it.
struct ChainedBooking {
  std::vector<const Statement*> said;  ///< by kind, the best of a kind first
  const Statement* link = nullptr;     ///< the statement that names its predecessor
  std::vector<BookingUid> successors;  ///< by when it was moved there, then by uid
  [[nodiscard]] const Statement* find(Said kind) const;
};

/// The bookings that an appointment goes through, oldest first, linked by what each says that it
/// was moved from. A view: the statements outlive it. Total: whatever the statements say, there is
/// one root and one tip (docs/decisions/0020).
class Chain {
 public:
  /// `statements` are not empty.
  explicit Chain(const Statements& statements);

  /// Every booking mentioned, each once: the root, then what it was moved to, level by level.
  [[nodiscard]] const std::vector<BookingUid>& uids() const { return order_; }
  [[nodiscard]] const ChainedBooking& at(const BookingUid& uid) const { return bookings_.at(uid); }
  [[nodiscard]] const BookingUid& root() const { return order_.front(); }
  /// Nothing can come before the root: its own webhook says so, or the iCalendar UID, which stays
  /// with an appointment, is made from the root's uid.
  [[nodiscard]] bool root_is_certain() const;
  /// The booking that stands for the appointment now: of those that were not moved on the one that
  /// is not over, then the one that was moved to last.
  [[nodiscard]] const BookingUid& tip() const { return tip_; }

  [[nodiscard]] std::optional<BookingUid> predecessor(const BookingUid& uid) const;
  /// The host has accepted it, or need not. A booking of which nothing is known but that another
  /// one was made of it counts too.
  [[nodiscard]] bool confirmed(const BookingUid& uid) const;
  [[nodiscard]] bool requested(const BookingUid& uid) const;
  /// What ends the booking: a rejection, else a cancellation (also one that asks for another time);
  /// of a booking with seats only when all who booked one have given it back.
  [[nodiscard]] const Statement* ending(const BookingUid& uid) const;

 private:
  void link();
  void walk();
  [[nodiscard]] const BookingUid& pick_tip() const;

  std::map<BookingUid, ChainedBooking> bookings_;
  std::vector<BookingUid> order_;
  BookingUid tip_;
};

}  // namespace hookswitch::booking
