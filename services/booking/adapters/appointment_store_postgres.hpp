#pragma once
#include "application/ports.hpp"

#include <hookswitch/postgres/connection.hpp>

#include <map>
#include <string>
#include <utility>

namespace hookswitch::booking {

/// The store on Postgres, for one transaction. Throws postgres::Unavailable, Conflict,
/// StatementError.
class AppointmentStorePostgres final : public AppointmentStore {
 public:
  explicit AppointmentStorePostgres(postgres::Transaction& transaction)
      : transaction_(transaction) {}

  std::vector<WaitingWebhook> claim(std::span<const UidClaim> claims,
                                    std::span<const WaitingWebhook> waiting) override;
  void open(const Mentioned& mentioned, TimePoint overdue, Appointments& to) override;
  void save(const Appointments& appointments, TimePoint now) override;
  void keep(std::span<const KeptWebhook> webhooks) override;

 private:
  /// A booking of a tenant; as a founder, an appointment.
  using Key = std::pair<TenantId, BookingUid>;
  struct BookingRow {
    BookingUid founder;
    std::string month;
  };
  using States = std::map<Key, AppointmentState>;

  void lock_tenants(const Mentioned& mentioned);
  void remember_calls(const Mentioned& mentioned);
  [[nodiscard]] std::vector<Key> founders_of(const Mentioned& mentioned, TimePoint overdue);
  void load_bookings(const std::vector<Key>& founders);
  [[nodiscard]] States load_states(const std::vector<Key>& founders);
  void load_statements(States& states);
  void load_told(States& states, const std::vector<Key>& founders);
  void load_known_calls(const Mentioned& mentioned, States& states, Appointments& to);
  [[nodiscard]] std::string months() const;
  [[nodiscard]] const std::string& month(const TenantId& tenant, const BookingUid& uid) const {
    return bookings_.at({tenant, uid}).month;
  }

  void save_bookings(const Appointments& appointments, const std::string& this_month);
  void save_appointments(const Appointments& appointments);
  void save_statements(const Appointments& appointments);
  void save_told(const Appointments& appointments);
  void save_claims(const Appointments& appointments);

  postgres::Transaction& transaction_;
  std::map<Key, BookingRow> bookings_;                         ///< of the appointments opened
  std::map<Key, std::map<FactKey, std::size_t>> told_loaded_;  ///< how often each fact was told
};

}  // namespace hookswitch::booking
