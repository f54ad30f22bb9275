#pragma once
#include "application/ports.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hookswitch::booking::testing {

/// What the tables of the schema hold, kept in memory.
struct AppointmentTables {
  std::map<std::pair<std::string, BookingUid>, TenantId> uid_owners;  ///< by workspace and uid
  std::vector<WaitingWebhook> waiting;
  std::map<std::pair<TenantId, BookingUid>, AppointmentState> appointments;  ///< by founder
  std::set<std::pair<TenantId, CallId>> calls;
  std::vector<std::pair<std::string, std::string>> kept;  ///< event and body
};

/// The store of one transaction over `tables`. It refuses rows of other tenants than `tenants`, as
/// row-level security does. Saves at once: whoever wants a rollback keeps a copy. One thread.
class AppointmentStoreMemory final : public AppointmentStore {
 public:
  AppointmentStoreMemory(AppointmentTables& tables, std::vector<TenantId> tenants)
      : tables_(tables), tenants_(std::move(tenants)) {}

  std::vector<WaitingWebhook> claim(std::span<const UidClaim> claims,
                                    std::span<const WaitingWebhook> waiting) override;
  void open(const Mentioned& mentioned, TimePoint overdue, Appointments& to) override;
  void save(const Appointments& appointments, TimePoint now) override;
  void keep(std::span<const KeptWebhook> webhooks) override;

 private:
  void require_seen(const TenantId& tenant) const;

  AppointmentTables& tables_;
  std::vector<TenantId> tenants_;
};

}  // namespace hookswitch::booking::testing
