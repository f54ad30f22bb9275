#include "domain/appointment.hpp"

#include "domain/situation.hpp"

#include <algorithm>
#include <utility>

namespace hookswitch::booking {
namespace {

constexpr Uuid withdrawn_mark{};

/// Of a fact that holds no more: its kind and its booking.
AppointmentEvent bare(const FactKey& fact) {
  if (fact.name == "AppointmentCancelled") return AppointmentCancelled{fact.uid, {}, {}, false};
  if (fact.name == "AppointmentNeedsNewTime") return AppointmentNeedsNewTime{fact.uid, {}};
  if (fact.name == "AppointmentCompleted") return AppointmentCompleted{fact.uid, {}};
  if (fact.name == "AppointmentNoShow") return AppointmentNoShow{fact.uid, 0};
  if (fact.name == "AppointmentAwaitingHost") return AppointmentAwaitingHost{fact.uid, {}, {}};
  if (fact.name == "AppointmentRescheduled") {
    AppointmentRescheduled event;
    event.new_uid = fact.uid;
    return event;
  }
  return AppointmentBooked{};
}

}  // namespace

AppointmentId appointment_id(const TenantId& tenant, const BookingUid& root) {
  return AppointmentId(
      uuid_v5(hookswitch_namespace, "appointment\n" + tenant.str() + "\n" + root.str())
          .to_string());
}

Appointment Appointment::first_heard(TenantId tenant, BookingUid uid, Lane lane, TimePoint now) {
  AppointmentState state;
  state.tenant = std::move(tenant);
  state.founder = std::move(uid);
  state.heard_first = now;
  state.lane = std::move(lane);
  Appointment appointment(std::move(state));
  appointment.changed_ = true;
  return appointment;
}

void Appointment::hear(Said said, const BookingWebhook& webhook) {
  auto key = key_of(webhook.uid, said, webhook.facts);
  Statement statement{said, webhook.id, webhook.said_at, webhook.received_at, webhook.facts};
  const auto held = state_.statements.find(key);
  if (held != state_.statements.end() && !beats(statement, held->second)) return;
  state_.statements.insert_or_assign(key, std::move(statement));
  new_statements_.insert(std::move(key));
  changed_ = true;
}

void Appointment::know_call(const CallId& call) {
  if (calls_claimed().contains(call) && state_.calls_known.insert(call).second) changed_ = true;
}

void Appointment::take_over(const Appointment& other) {
  for (const auto& [key, statement] : other.state_.statements) {
    const auto held = state_.statements.find(key);
    if (held != state_.statements.end() && !beats(statement, held->second)) continue;
    state_.statements.insert_or_assign(key, statement);
  }
  new_statements_.insert(other.new_statements_.begin(), other.new_statements_.end());
  state_.calls_known.insert(other.state_.calls_known.begin(), other.state_.calls_known.end());
  state_.heard_first = std::min(state_.heard_first, other.state_.heard_first);
  changed_ = true;
}

std::vector<Emission> Appointment::tell(const Uuid& cause, TimePoint happened_at, TimePoint now) {
  std::vector<Emission> said;
  if (state_.statements.empty()) return said;
  const Chain chain(state_.statements);
  if (!state_.id) {
    if (!chain.root_is_certain() && now - state_.heard_first < root_patience) return said;
    state_.id = appointment_id(state_.tenant, chain.root());
    changed_ = true;
  }
  auto situation = situation_of(chain, state_.calls_known);
  const auto before = std::exchange(state_.standing, situation.standing);
  withdraw(situation.facts, said);
  for (const auto& fact : situation.facts) {
    if (auto revision = next_revision(fact_of(fact), digest_of(fact))) {
      say(fact, *revision, said);
    }
  }
  if (said.empty() && !(before == state_.standing)) repeat_standing(situation.facts, said);
  for (auto& emission : said) {
    emission.cause = cause;
    emission.happened_at = happened_at;
    emission.call = situation.call;
  }
  return said;
}

std::optional<Revision> Appointment::next_revision(const FactKey& fact, const Uuid& digest) {
  auto& told = state_.told[fact];
  if (!told.empty() && told.back() == digest) return std::nullopt;
  const bool returned = std::find(told.begin(), told.end(), digest) != told.end();
  told.push_back(digest);
  return Revision{static_cast<std::int32_t>(told.size()), digest, returned,
                  digest == withdrawn_mark};
}

void Appointment::withdraw(const std::vector<AppointmentEvent>& facts,
                           std::vector<Emission>& said) {
  std::set<FactKey> holding;
  for (const auto& fact : facts) holding.insert(fact_of(fact));
  for (const auto& [fact, told] : Told(state_.told)) {
    if (holding.contains(fact)) continue;
    if (auto revision = next_revision(fact, withdrawn_mark)) say(bare(fact), *revision, said);
  }
}

// Whoever reads only the last event of an appointment has its standing: so a standing that changes
// without a fact (one of two bookings that an appointment was moved to is cancelled) is told with
// the fact that it rests on.
void Appointment::repeat_standing(const std::vector<AppointmentEvent>& facts,
                                  std::vector<Emission>& said) {
  const AppointmentEvent* ground = nullptr;
  for (const auto& fact : facts) {
    if (ground == nullptr || fact_of(fact).uid == state_.standing.uid) ground = &fact;
  }
  if (ground == nullptr) return;
  auto& told = state_.told[fact_of(*ground)];
  told.push_back(told.back());
  say(*ground, {static_cast<std::int32_t>(told.size()), told.back(), true, false}, said);
}

void Appointment::say(AppointmentEvent event, Revision revision, std::vector<Emission>& said) {
  changed_ = true;
  Emission emission;
  emission.appointment = *state_.id;
  emission.tenant = state_.tenant;
  emission.lane = state_.lane;
  emission.sequence = ++state_.version;
  emission.revision = revision;
  emission.standing = state_.standing;
  emission.event = std::move(event);
  said.push_back(std::move(emission));
}

Emission Appointment::merged_into(const AppointmentId& survivor, const Uuid& cause,
                                  TimePoint happened_at) {
  std::vector<Emission> said;
  const AppointmentMerged event{survivor};
  say(event, {1, digest_of(event), false, false}, said);
  said.front().cause = cause;
  said.front().happened_at = happened_at;
  return said.front();
}

std::set<BookingUid> Appointment::uids() const {
  std::set<BookingUid> uids{state_.founder};
  for (const auto& [key, statement] : state_.statements) {
    uids.insert(key.uid);
    if (statement.facts.predecessor) uids.insert(*statement.facts.predecessor);
  }
  return uids;
}

std::set<CallId> Appointment::calls_claimed() const {
  std::set<CallId> calls;
  for (const auto& [key, statement] : state_.statements) {
    if (statement.facts.claimed_call) calls.insert(*statement.facts.claimed_call);
  }
  return calls;
}

}  // namespace hookswitch::booking
