#include "adapters/appointment_store_postgres.hpp"

#include "adapters/appointment_rows.hpp"
#include "adapters/uid_owners.hpp"

#include <chrono>
#include <set>
#include <utility>

namespace hookswitch::booking {
namespace {

/// Chains that are silent for longer are not looked for: each month more is a partition more to
/// plan for, in every batch.
constexpr std::chrono::hours silent_for_at_most{24 * 92};

std::string month_of(TimePoint instant) { return format_rfc3339(instant).substr(0, 7) + "-01"; }

/// Pairs of a tenant and something of it, as two arrays for unnest.
template <class Pairs>
std::vector<postgres::Parameter> pair_arrays(const Pairs& pairs) {
  std::vector<std::string> tenants;
  std::vector<std::string> others;
  for (const auto& [tenant, other] : pairs) {
    tenants.push_back(tenant.str());
    others.push_back(other.str());
  }
  return {postgres::array_literal(tenants), postgres::array_literal(others)};
}

template <class Id>
std::vector<std::pair<TenantId, Id>> flat(const std::map<TenantId, std::set<Id>>& sets) {
  std::vector<std::pair<TenantId, Id>> pairs;
  for (const auto& [tenant, ids] : sets) {
    for (const auto& id : ids) pairs.emplace_back(tenant, id);
  }
  return pairs;
}

std::string tenants_of(const Mentioned& mentioned) {
  std::set<std::string> tenants;
  for (const auto& [tenant, bookings] : mentioned.bookings) tenants.insert(tenant.str());
  for (const auto& [tenant, calls] : mentioned.calls_heard) tenants.insert(tenant.str());
  return postgres::array_literal(std::vector<std::string>(tenants.begin(), tenants.end()));
}

}  // namespace

std::vector<WaitingWebhook> AppointmentStorePostgres::claim(
    std::span<const UidClaim> claims, std::span<const WaitingWebhook> waiting) {
  return claim_uids(transaction_, claims, waiting);
}

void AppointmentStorePostgres::open(const Mentioned& mentioned, TimePoint overdue,
                                    Appointments& to) {
  lock_tenants(mentioned);
  remember_calls(mentioned);
  const auto founders = founders_of(mentioned, overdue);
  load_bookings(founders);
  auto states = load_states(founders);
  load_statements(states);
  load_told(states, founders);
  load_known_calls(mentioned, states, to);
  for (auto& [key, state] : states) to.add(Appointment(std::move(state)));
}

// Any webhook can make one appointment of two, so what a batch will touch is not known before it is
// read. One transaction at a time for each tenant: no deadlock, and no chain that two have changed
// halves of (docs/decisions/0023). In the order of the locks' numbers, in which names may collide.
void AppointmentStorePostgres::lock_tenants(const Mentioned& mentioned) {
  transaction_.execute(
      "SELECT pg_advisory_xact_lock(number) FROM (SELECT DISTINCT"
      " hashtextextended('booking/' || tenant, 0) AS number FROM unnest($1::text[]) AS tenant"
      " ORDER BY 1) AS locks",
      {tenants_of(mentioned)});
}

void AppointmentStorePostgres::remember_calls(const Mentioned& mentioned) {
  postgres::RowWriter rows("booking.call", {{"tenant_id", "text"}, {"call_id", "text"}});
  for (const auto& [tenant, call] : flat(mentioned.calls_heard)) {
    rows.add(tenant.str());
    rows.add(call.str());
  }
  rows.write(transaction_, "ON CONFLICT DO NOTHING");
}

std::vector<AppointmentStorePostgres::Key> AppointmentStorePostgres::founders_of(
    const Mentioned& mentioned, TimePoint overdue) {
  const auto bookings = pair_arrays(flat(mentioned.bookings));
  const auto calls = pair_arrays(flat(mentioned.calls_heard));
  const auto rows = transaction_.execute(
      "SELECT tenant_id, founder FROM booking.booking WHERE (tenant_id, uid) IN"
      " (SELECT * FROM unnest($1::text[], $2::text[]))"
      " UNION SELECT tenant_id, founder FROM booking.call_claim JOIN booking.booking"
      " USING (tenant_id, uid) WHERE (tenant_id, call_id) IN"
      " (SELECT * FROM unnest($3::text[], $4::text[]))"
      " UNION SELECT tenant_id, founder FROM booking.appointment WHERE appointment_id IS NULL"
      " AND taken_over_by IS NULL AND heard_first_ms <= $5::bigint AND tenant_id = ANY($6::text[])"
      " AND first_seen_month >= $7::date"
      " ORDER BY 1, 2",
      {bookings[0], bookings[1], calls[0], calls[1], std::to_string(to_epoch_ms(overdue)),
       tenants_of(mentioned), month_of(overdue - silent_for_at_most)});
  std::vector<Key> founders;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    founders.emplace_back(TenantId(std::string(rows.text(row, 0))),
                          BookingUid(std::string(rows.text(row, 1))));
  }
  return founders;
}

void AppointmentStorePostgres::load_bookings(const std::vector<Key>& founders) {
  if (founders.empty()) return;
  const auto rows = transaction_.execute(
      "SELECT tenant_id, uid, founder, first_seen_month FROM booking.booking"
      " WHERE (tenant_id, founder) IN (SELECT * FROM unnest($1::text[], $2::text[]))",
      {pair_arrays(founders)[0], pair_arrays(founders)[1]});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    bookings_[{TenantId(std::string(rows.text(row, 0))),
               BookingUid(std::string(rows.text(row, 1)))}] = {
        BookingUid(std::string(rows.text(row, 2))), std::string(rows.text(row, 3))};
  }
}

std::string AppointmentStorePostgres::months() const {
  std::set<std::string> months;
  for (const auto& [key, booking] : bookings_) months.insert(booking.month);
  return postgres::array_literal(std::vector<std::string>(months.begin(), months.end()));
}

AppointmentStorePostgres::States AppointmentStorePostgres::load_states(
    const std::vector<Key>& founders) {
  States states;
  if (founders.empty()) return states;
  const auto keys = pair_arrays(founders);
  const auto rows = transaction_.execute(
      "SELECT " + std::string(appointment_columns()) +
          " FROM booking.appointment WHERE (tenant_id, founder) IN"
          " (SELECT * FROM unnest($1::text[], $2::text[])) AND first_seen_month = ANY($3::date[])",
      {keys[0], keys[1], months()});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    auto state = appointment_of(rows, row);
    Key key(state.tenant, state.founder);
    states.emplace(std::move(key), std::move(state));
  }
  return states;
}

void AppointmentStorePostgres::load_statements(States& states) {
  if (states.empty()) return;
  std::vector<Key> uids;
  uids.reserve(bookings_.size());
  for (const auto& [key, booking] : bookings_) uids.push_back(key);
  const auto keys = pair_arrays(uids);
  const auto rows = transaction_.execute(
      "SELECT " + std::string(statement_columns()) +
          " FROM booking.statement WHERE (tenant_id, uid) IN"
          " (SELECT * FROM unnest($1::text[], $2::text[])) AND first_seen_month = ANY($3::date[])",
      {keys[0], keys[1], months()});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const TenantId tenant(std::string(rows.text(row, 0)));
    auto key = statement_key_of(rows, row);
    auto& state = states.at({tenant, bookings_.at({tenant, key.uid}).founder});
    state.statements.emplace(std::move(key), statement_of(rows, row));
  }
}

void AppointmentStorePostgres::load_told(States& states, const std::vector<Key>& founders) {
  if (states.empty()) return;
  const auto keys = pair_arrays(founders);
  const auto rows = transaction_.execute(
      "SELECT tenant_id, founder, event, uid, content_digest FROM booking.appointment_told"
      " WHERE (tenant_id, founder) IN (SELECT * FROM unnest($1::text[], $2::text[]))"
      " AND first_seen_month = ANY($3::date[]) ORDER BY revision",
      {keys[0], keys[1], months()});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const Key key(TenantId(std::string(rows.text(row, 0))),
                  BookingUid(std::string(rows.text(row, 1))));
    const FactKey fact{std::string(rows.text(row, 2)), BookingUid(std::string(rows.text(row, 3)))};
    states.at(key).told[fact].push_back(Uuid::parse(rows.text(row, 4)).value());
    ++told_loaded_[key][fact];
  }
}

void AppointmentStorePostgres::load_known_calls(const Mentioned& mentioned, States& states,
                                                Appointments& to) {
  auto claimed = mentioned.calls_claimed;
  for (const auto& [key, state] : states) {
    for (const auto& [statement_key, statement] : state.statements) {
      if (const auto& call = statement.facts.claimed_call) claimed[key.first].insert(*call);
    }
  }
  if (claimed.empty()) return;
  const auto keys = pair_arrays(flat(claimed));
  const auto rows = transaction_.execute(
      "SELECT tenant_id, call_id FROM booking.call WHERE (tenant_id, call_id) IN"
      " (SELECT * FROM unnest($1::text[], $2::text[]))",
      {keys[0], keys[1]});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const TenantId tenant(std::string(rows.text(row, 0)));
    const CallId call(std::string(rows.text(row, 1)));
    to.call_exists(tenant, call);
    for (auto& [key, state] : states) {
      if (key.first != tenant) continue;
      for (const auto& [statement_key, statement] : state.statements) {
        if (statement.facts.claimed_call == call) state.calls_known.insert(call);
      }
    }
  }
}

void AppointmentStorePostgres::save(const Appointments& appointments, TimePoint now) {
  save_bookings(appointments, month_of(now));
  save_appointments(appointments);
  save_statements(appointments);
  save_told(appointments);
  save_claims(appointments);
}

void AppointmentStorePostgres::save_bookings(const Appointments& appointments,
                                             const std::string& this_month) {
  postgres::RowWriter rows(
      "booking.booking",
      {{"tenant_id", "text"}, {"uid", "text"}, {"founder", "text"}, {"first_seen_month", "date"}});
  for (const auto& appointment : appointments.open()) {
    if (!appointment.changed()) continue;
    const auto& state = appointment.state();
    for (const auto& uid : appointment.uids()) {
      auto& booking = bookings_[{state.tenant, uid}];
      if (booking.founder == state.founder) continue;
      booking.founder = state.founder;
      if (booking.month.empty()) booking.month = this_month;
      rows.add(state.tenant.str());
      rows.add(uid.str());
      rows.add(state.founder.str());
      rows.add(booking.month);
    }
  }
  rows.write(transaction_, "ON CONFLICT (tenant_id, uid) DO UPDATE SET founder = excluded.founder");
}

void AppointmentStorePostgres::save_appointments(const Appointments& appointments) {
  auto rows = appointment_rows();
  for (const auto& appointment : appointments.taken_over()) {
    const auto& state = appointment.state();
    const auto booking = bookings_.find({state.tenant, state.founder});
    add_appointment(rows, state, booking->second.month, booking->second.founder);
  }
  for (const auto& appointment : appointments.open()) {
    const auto& state = appointment.state();
    if (!appointment.changed()) continue;
    add_appointment(rows, state, month(state.tenant, state.founder), std::nullopt);
  }
  rows.write(transaction_, rows.replacing(3));
}

void AppointmentStorePostgres::save_statements(const Appointments& appointments) {
  auto rows = statement_rows();
  for (const auto& appointment : appointments.open()) {
    const auto& state = appointment.state();
    for (const auto& key : appointment.new_statements()) {
      add_statement(rows, state.tenant, key, state.statements.at(key),
                    month(state.tenant, key.uid));
    }
  }
  rows.write(transaction_, rows.replacing(5));
}

void AppointmentStorePostgres::save_told(const Appointments& appointments) {
  postgres::RowWriter rows("booking.appointment_told", {{"tenant_id", "text"},
                                                        {"founder", "text"},
                                                        {"first_seen_month", "date"},
                                                        {"event", "text"},
                                                        {"uid", "text"},
                                                        {"revision", "integer"},
                                                        {"content_digest", "uuid"}});
  const auto add = [&](const Appointment& appointment) {
    const auto& state = appointment.state();
    auto& loaded = told_loaded_[{state.tenant, state.founder}];
    for (const auto& [fact, told] : state.told) {
      for (auto revision = loaded[fact]; revision < told.size(); ++revision) {
        rows.add(state.tenant.str());
        rows.add(state.founder.str());
        rows.add(month(state.tenant, state.founder));
        rows.add(fact.name);
        rows.add(fact.uid.str());
        rows.add(std::to_string(revision + 1));
        rows.add(told[revision].to_string());
      }
    }
  };
  for (const auto& appointment : appointments.open()) add(appointment);
  for (const auto& appointment : appointments.taken_over()) add(appointment);
  rows.write(transaction_);
}

void AppointmentStorePostgres::save_claims(const Appointments& appointments) {
  postgres::RowWriter rows("booking.call_claim",
                           {{"tenant_id", "text"}, {"call_id", "text"}, {"uid", "text"}});
  for (const auto& appointment : appointments.open()) {
    const auto& state = appointment.state();
    for (const auto& key : appointment.new_statements()) {
      if (const auto& call = state.statements.at(key).facts.claimed_call) {
        rows.add(state.tenant.str());
        rows.add(call->str());
        rows.add(key.uid.str());
      }
    }
  }
  rows.write(transaction_, "ON CONFLICT DO NOTHING");
}

void AppointmentStorePostgres::keep(std::span<const KeptWebhook> webhooks) {
  postgres::RowWriter rows("booking.kept_webhook", {{"tenant_id", "text"},
                                                    {"webhook_id", "uuid"},
                                                    {"first_seen_month", "date"},
                                                    {"uid", "text"},
                                                    {"event", "text"},
                                                    {"received_at_ms", "bigint"},
                                                    {"body", "text"}});
  for (const auto& one : webhooks) {
    rows.add(one.tenant.str());
    rows.add(one.id.to_string());
    rows.add(month_of(one.received_at));
    rows.add(one.uid.empty() ? std::nullopt : std::optional(one.uid.str()));
    rows.add(one.event);
    rows.add(std::to_string(to_epoch_ms(one.received_at)));
    rows.add(one.body);
  }
  rows.write(transaction_, "ON CONFLICT DO NOTHING");
}

}  // namespace hookswitch::booking
