#include "domain/call.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace hookswitch::call_processing {
namespace {

template <class T>
bool beats(const Sourced<T>& challenger, const Sourced<T>& holder) {
  return challenger.source > holder.source;
}

int ladder(const CallStatus& status) {
  if (status.str() == "registered") return 0;
  if (status.str() == "not_connected") return 2;
  if (status.str() == "ended" || status.str() == "error") return 3;
  return 1;  // ongoing, and words that we do not know yet
}

/// A status only goes up, whoever says it.
bool beats(const Sourced<CallStatus>& challenger, const Sourced<CallStatus>& holder) {
  const int ours = ladder(challenger.value);
  const int theirs = ladder(holder.value);
  return ours != theirs ? ours > theirs : challenger.source > holder.source;
}

bool says_status(const CallWebhook& webhook, std::string_view status) {
  return webhook.facts.status && webhook.facts.status->str() == status;
}

template <class T>
T value_or_default(const Known<T>& known) {
  return known ? known->value : T{};
}
template <class T>
std::optional<T> value_of(const Known<T>& known) {
  if (!known) return std::nullopt;
  return known->value;
}

/// The revision that `digest` becomes, or nothing when it is what holds already.
std::optional<Revision> next_revision(std::vector<ContentDigest>& told,
                                      const ContentDigest& digest) {
  if (!told.empty() && told.back() == digest) return std::nullopt;
  const bool returned = std::find(told.begin(), told.end(), digest) != told.end();
  told.push_back(digest);
  return Revision{static_cast<std::int32_t>(told.size()), digest, returned};
}

}  // namespace

std::string_view to_string(Lifecycle lifecycle) {
  switch (lifecycle) {
    case Lifecycle::seen:
      return "seen";
    case Lifecycle::ongoing:
      return "ongoing";
    case Lifecycle::not_connected:
      return "not_connected";
    case Lifecycle::ended:
      return "ended";
    case Lifecycle::analyzed:
      return "analyzed";
  }
  std::abort();
}

Call Call::first_seen(CallId id, TenantId tenant) {
  CallState state;
  state.id = std::move(id);
  state.tenant = std::move(tenant);
  Call call(std::move(state));
  call.changed_ = true;
  return call;
}

Result<std::vector<Emission>> Call::started(const CallWebhook& webhook) {
  return apply(EventRank::started, webhook);
}

Result<std::vector<Emission>> Call::ended(const CallWebhook& webhook) {
  return apply(EventRank::ended, webhook);
}

Result<std::vector<Emission>> Call::analyzed(const CallWebhook& webhook) {
  return apply(EventRank::analyzed, webhook);
}

Result<std::vector<Emission>> Call::apply(EventRank rank, const CallWebhook& webhook) {
  if (webhook.tenant != state_.tenant) {
    return Rejection{"tenant_mismatch", "ce_tenantid", "the call belongs to another tenant"};
  }
  const Source source{rank, webhook.event_timestamp_ms, webhook.id};
  std::vector<Emission> told;
  merge(webhook, source);
  tell_started(webhook, told);
  if (rank != EventRank::started) tell_ended(webhook, told);
  tell_not_connected(webhook, told);
  tell_analysis(webhook, source, told);
  tell_cost(webhook, source, told);
  return told;
}

void Call::merge(const CallWebhook& webhook, const Source& source) {
  for_each_fact(
      [&](auto& known, const auto& said) {
        if (!said) return;
        Sourced challenger{source, *said};
        if (known && !beats(challenger, *known)) return;
        known = std::move(challenger);
        changed_ = true;
      },
      state_.facts, webhook.facts);
  if (webhook.transcript_json && (!state_.transcript || source > *state_.transcript)) {
    state_.transcript = source;
    new_transcript_ = webhook.transcript_json;
    changed_ = true;
  }
}

// The three lifecycle events hang on what one webhook says by itself, never on what came before it:
// so each is told for exactly those sets of webhooks that hold such a webhook.

void Call::tell_started(const CallWebhook& webhook, std::vector<Emission>& told) {
  const bool connected = webhook.facts.started_at && !says_status(webhook, "not_connected");
  if (!connected || state_.told.started) return;
  state_.told.started = true;
  tell(webhook, CallStarted{parties(), state_.facts.started_at->value}, told);
}

void Call::tell_ended(const CallWebhook& webhook, std::vector<Emission>& told) {
  const bool over = says_status(webhook, "ended") || says_status(webhook, "error") ||
                    (webhook.facts.ended_at && !says_status(webhook, "not_connected"));
  if (!over || state_.told.ended) return;
  state_.told.ended = true;
  tell(webhook,
       CallEnded{parties(), value_of(state_.facts.started_at), value_of(state_.facts.ended_at),
                 duration(), value_or_default(state_.facts.disconnection_reason),
                 value_or_default(state_.facts.status).str()},
       told);
}

void Call::tell_not_connected(const CallWebhook& webhook, std::vector<Emission>& told) {
  if (!says_status(webhook, "not_connected") || state_.told.not_connected) return;
  state_.told.not_connected = true;
  tell(webhook,
       CallNotConnected{parties(), value_of(state_.facts.started_at),
                        value_of(state_.facts.ended_at),
                        value_or_default(state_.facts.disconnection_reason)},
       told);
}

void Call::tell_analysis(const CallWebhook& webhook, const Source& source,
                         std::vector<Emission>& told) {
  if (!webhook.analysis || (state_.analysis && source <= *state_.analysis)) return;
  state_.analysis = source;
  changed_ = true;
  if (auto revision = next_revision(state_.analyses_told, webhook.analysis->digest)) {
    tell(webhook, CallAnalyzed{*std::move(revision), webhook.analysis->analysis}, told);
  }
}

void Call::tell_cost(const CallWebhook& webhook, const Source& source,
                     std::vector<Emission>& told) {
  if (!webhook.cost) return;
  const auto challenger = standing_of(webhook.cost->cost, source);
  if (state_.cost && !beats(challenger, *state_.cost)) return;
  state_.cost = challenger;
  changed_ = true;
  if (auto revision = next_revision(state_.costs_told, webhook.cost->digest)) {
    tell(webhook, CallCostReported{*std::move(revision), webhook.cost->cost}, told);
  }
}

void Call::tell(const CallWebhook& webhook, CallEvent event, std::vector<Emission>& told) {
  changed_ = true;
  told.push_back({++state_.version, webhook.id, std::move(event)});
}

Lifecycle Call::lifecycle() const {
  if (state_.analysis) return Lifecycle::analyzed;
  if (state_.told.ended) return Lifecycle::ended;
  if (state_.told.not_connected) return Lifecycle::not_connected;
  if (state_.told.started) return Lifecycle::ongoing;
  return Lifecycle::seen;
}

std::optional<Milliseconds> Call::duration() const {
  const auto& facts = state_.facts;
  if (facts.duration) return facts.duration->value;
  if (!facts.started_at || !facts.ended_at) return std::nullopt;
  const auto length = facts.ended_at->value - facts.started_at->value;
  if (length < Milliseconds{0} || length > call_duration_max) return std::nullopt;
  return length;
}

Parties Call::parties() const {
  const auto& facts = state_.facts;
  return {value_or_default(facts.call_type), value_or_default(facts.direction),
          value_or_default(facts.agent_id),  value_of(facts.agent_version),
          value_of(facts.from_number),       value_of(facts.to_number)};
}

}  // namespace hookswitch::call_processing
