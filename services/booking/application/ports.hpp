#pragma once
#include "domain/appointments.hpp"

#include <hookswitch/core/time.hpp>

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the use cases need of the world.
namespace hookswitch::booking {

/// A workspace's keys have proven that the booking is that tenant's (design.md §5.2): a fact that
/// comes through the same workspace without a tenant is this tenant's.
struct UidClaim {
  std::string workspace;
  BookingUid uid;
  TenantId tenant;
};

/// A webhook that names no tenant, about a booking that nobody has claimed yet: as it came.
struct WaitingWebhook {
  Uuid id;
  std::string workspace;
  BookingUid uid;
  std::string event;
  TimePoint received_at;
  std::string body;
  friend bool operator==(const WaitingWebhook&, const WaitingWebhook&) = default;
};

/// A webhook that no use case takes, kept as it came.
struct KeptWebhook {
  Uuid id;
  TenantId tenant;
  BookingUid uid;  ///< empty when it names none
  std::string event;
  TimePoint received_at;
  std::string_view body;  ///< a view into the delivery
};

/// What the deliveries of a batch speak of.
struct Mentioned {
  std::map<TenantId, std::set<BookingUid>> bookings;
  std::map<TenantId, std::set<CallId>> calls_heard;    ///< they exist
  std::map<TenantId, std::set<CallId>> calls_claimed;  ///< a booking says that it is from them
};

/// The appointments, inside one transaction. One thread uses it. Throws what its store throws.
class AppointmentStore {
 public:
  virtual ~AppointmentStore() = default;

  /// To be called first. Remembers whose the claimed bookings are (the first claim holds) and takes
  /// out what has waited for them; lets `waiting` wait. Throws the store's conflict when one of
  /// those has been claimed in the meantime: the transaction, tried again, then has its tenant.
  virtual std::vector<WaitingWebhook> claim(std::span<const UidClaim> claims,
                                            std::span<const WaitingWebhook> waiting) = 0;
  /// Makes this the only transaction about these tenants' appointments, remembers the calls heard
  /// of, and gives `to` the appointments of the bookings, those that claim one of the calls heard
  /// of, those of the tenants that have said nothing since `overdue` for want of a root, and which
  /// calls claimed by any of them exist.
  virtual void open(const Mentioned& mentioned, TimePoint overdue, Appointments& to) = 0;
  /// Saves what has changed; appointments that open() did not give are new.
  virtual void save(const Appointments& appointments, TimePoint now) = 0;
  virtual void keep(std::span<const KeptWebhook> webhooks) = 0;
};

}  // namespace hookswitch::booking
