#pragma once
#include "domain/appointment.hpp"

#include <list>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace hookswitch::booking {

/// The appointments that webhooks of a batch are about, of all its tenants: finds the one of a
/// booking, makes one of two. Pure; one thread.
class Appointments {
 public:
  explicit Appointments(TimePoint now) : now_(now) {}

  /// One that a store has opened. It answers for all of its bookings.
  void add(Appointment appointment);
  /// The tenant has that call: webhooks that claim it from now on are linked to it.
  void call_exists(const TenantId& tenant, const CallId& call);

  /// Hears a webhook, also of a booking not heard of yet; two appointments that it links become
  /// one. Returns what is to be told.
  std::vector<Emission> hear(Said said, const BookingWebhook& webhook);
  /// A tenant's call exists: the appointments that claim it may be linked to it.
  std::vector<Emission> know_call(const TenantId& tenant, const CallId& call, const Uuid& cause,
                                  TimePoint happened_at);
  /// What those have to tell whose patience has ended.
  std::vector<Emission> tell_overdue(const TenantId& tenant, const Uuid& cause,
                                     TimePoint happened_at);

  /// All of them, in no order that matters.
  [[nodiscard]] const std::list<Appointment>& open() const { return open_; }
  /// Those that another one has taken over; what was told of them goes along.
  [[nodiscard]] const std::list<Appointment>& taken_over() const { return taken_over_; }

 private:
  using Key = std::pair<TenantId, BookingUid>;
  using Place = std::list<Appointment>::iterator;
  Place of(const BookingWebhook& webhook);
  /// One of the two, which knows what both knew.
  Place join(Place earlier, Place later, const BookingWebhook& webhook,
             std::vector<Emission>& told);

  TimePoint now_;
  std::list<Appointment> open_;
  std::list<Appointment> taken_over_;
  std::map<Key, Place> by_uid_;
  std::set<std::pair<TenantId, CallId>> calls_;
};

}  // namespace hookswitch::booking
