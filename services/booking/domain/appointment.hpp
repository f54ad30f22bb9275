#pragma once
#include "domain/appointment_events.hpp"
#include "domain/chain.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace hookswitch::booking {

/// How long a chain whose first booking is not known for certain says nothing: longer than Cal.com
/// takes for its tries of a webhook (contracts §3.4: three, up to ten minutes apart).
constexpr Milliseconds root_patience = std::chrono::minutes{30};

/// What was told of a fact, oldest first; nil: it was withdrawn. The last one holds.
using Told = std::map<FactKey, std::vector<Uuid>>;

/// Everything that is remembered of an appointment: what a store loads and saves. But for
/// `founder`, `heard_first`, `lane`, `version` and `told`'s past (which tell how it came about) it
/// is a function of the set of webhooks heard and calls known.
struct AppointmentState {
  TenantId tenant;
  /// Names the chain inside the service: the booking of it that was heard of first.
  BookingUid founder;
  std::optional<AppointmentId> id;  ///< given when the root is certain, then for ever
  TimePoint heard_first;
  Lane lane;  ///< of the webhook that was heard first
  Statements statements;
  std::set<CallId> calls_known;  ///< claimed by a statement, and the tenant has such a call
  Standing standing;             ///< as last told
  Told told;
  std::int64_t version = 0;  ///< events told so far
  friend bool operator==(const AppointmentState&, const AppointmentState&) = default;
};

/// The aggregate: merges what the webhooks of a chain of bookings say. Pure; no thread safety of
/// its own.
class Appointment {
 public:
  explicit Appointment(AppointmentState state) : state_(std::move(state)) {}
  /// Nothing is known of it yet but that somebody spoke of this booking.
  [[nodiscard]] static Appointment first_heard(TenantId tenant, BookingUid uid, Lane lane,
                                               TimePoint now);

  /// Takes over what is said, unless something better was heard. Commutative, associative,
  /// idempotent.
  void hear(Said said, const BookingWebhook& webhook);
  /// A call of that name is the tenant's. Ignored unless a statement claims it.
  void know_call(const CallId& call);
  /// The two are one: takes over what was said of the other, whose rows are to be dropped.
  void take_over(const Appointment& other);
  /// What has to be told now, at `now`, because of `webhook`: what is new, what is better known,
  /// and what was told and holds no more. Nothing while the root is uncertain.
  [[nodiscard]] std::vector<Emission> tell(const Uuid& cause, TimePoint happened_at, TimePoint now);
  /// That what was told of it is told under another's id from now on.
  [[nodiscard]] Emission merged_into(const AppointmentId& survivor, const Uuid& cause,
                                     TimePoint happened_at);

  [[nodiscard]] const AppointmentState& state() const { return state_; }
  /// Bookings mentioned: the founder and all that the statements name.
  [[nodiscard]] std::set<BookingUid> uids() const;
  [[nodiscard]] std::set<CallId> calls_claimed() const;
  /// Something has changed since it was loaded, or it was not loaded but first heard of.
  [[nodiscard]] bool changed() const { return changed_; }
  /// The statements taken over since it was loaded.
  [[nodiscard]] const std::set<StatementKey>& new_statements() const { return new_statements_; }

 private:
  std::optional<Revision> next_revision(const FactKey& fact, const Uuid& digest);
  void say(AppointmentEvent event, Revision revision, std::vector<Emission>& said);
  void withdraw(const std::vector<AppointmentEvent>& facts, std::vector<Emission>& said);
  void repeat_standing(const std::vector<AppointmentEvent>& facts, std::vector<Emission>& said);

  AppointmentState state_;
  bool changed_ = false;
  std::set<StatementKey> new_statements_;
};

/// The id of the appointment that began with that booking: the same from every order of arrival.
[[nodiscard]] AppointmentId appointment_id(const TenantId& tenant, const BookingUid& root);

}  // namespace hookswitch::booking
