#include "support/appointment_store_memory.hpp"

#include <hookswitch/messaging/ports.hpp>

#include <algorithm>
#include <stdexcept>

namespace hookswitch::booking::testing {
namespace {

template <class A, class B>
bool share(const std::set<A>& left, const B& right) {
  return std::any_of(left.begin(), left.end(),
                     [&](const auto& one) { return right.contains(one); });
}

template <class T>
const std::set<T>& of(const std::map<TenantId, std::set<T>>& all, const TenantId& tenant) {
  static const std::set<T> none;
  const auto found = all.find(tenant);
  return found == all.end() ? none : found->second;
}

}  // namespace

void AppointmentStoreMemory::require_seen(const TenantId& tenant) const {
  if (std::find(tenants_.begin(), tenants_.end(), tenant) == tenants_.end()) {
    throw std::logic_error("a row of a tenant that was not set");
  }
}

std::vector<WaitingWebhook> AppointmentStoreMemory::claim(std::span<const UidClaim> claims,
                                                          std::span<const WaitingWebhook> waiting) {
  for (const auto& one : waiting) {
    if (tables_.uid_owners.contains({one.workspace, one.uid})) {
      throw messaging::StoreConflict("claimed in the meantime");
    }
  }
  std::vector<WaitingWebhook> taken;
  for (const auto& claim : claims) {
    if (!tables_.uid_owners.emplace(std::pair(claim.workspace, claim.uid), claim.tenant).second) {
      continue;
    }
    std::erase_if(tables_.waiting, [&](const WaitingWebhook& one) {
      if (one.workspace != claim.workspace || one.uid != claim.uid) return false;
      taken.push_back(one);
      return true;
    });
  }
  tables_.waiting.insert(tables_.waiting.end(), waiting.begin(), waiting.end());
  return taken;
}

void AppointmentStoreMemory::open(const Mentioned& mentioned, TimePoint overdue, Appointments& to) {
  for (const auto& [tenant, calls] : mentioned.calls_heard) {
    require_seen(tenant);
    for (const auto& call : calls) tables_.calls.insert({tenant, call});
  }
  for (const auto& [key, state] : tables_.appointments) {
    const Appointment appointment(state);
    const bool silent = !state.id && state.heard_first <= overdue;
    const bool wanted = share(appointment.uids(), of(mentioned.bookings, key.first)) ||
                        share(appointment.calls_claimed(), of(mentioned.calls_heard, key.first));
    const bool seen = std::find(tenants_.begin(), tenants_.end(), key.first) != tenants_.end();
    if (seen && (silent || wanted)) to.add(appointment);
  }
  for (const auto& [tenant, calls] : mentioned.calls_claimed) {
    for (const auto& call : calls) {
      if (tables_.calls.contains({tenant, call})) to.call_exists(tenant, call);
    }
  }
}

void AppointmentStoreMemory::save(const Appointments& appointments, TimePoint /*now*/) {
  for (const auto& appointment : appointments.taken_over()) {
    tables_.appointments.erase({appointment.state().tenant, appointment.state().founder});
  }
  for (const auto& appointment : appointments.open()) {
    const auto& state = appointment.state();
    require_seen(state.tenant);
    if (appointment.changed()) tables_.appointments[{state.tenant, state.founder}] = state;
  }
}

void AppointmentStoreMemory::keep(std::span<const KeptWebhook> webhooks) {
  for (const auto& one : webhooks) tables_.kept.emplace_back(one.event, std::string(one.body));
}

}  // namespace hookswitch::booking::testing
