#pragma once
#include "domain/call_events.hpp"
#include "domain/facts.hpp"

#include <hookswitch/core/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hookswitch::call_processing {

/// Where a call is. Only goes up.
enum class Lifecycle { seen, ongoing, not_connected, ended, analyzed };
[[nodiscard]] std::string_view to_string(Lifecycle lifecycle);

/// No call is longer: what says so is wrong.
constexpr Milliseconds call_duration_max = std::chrono::days{31};

/// What has been told once and for all.
struct Told {
  bool started = false;
  bool ended = false;
  bool not_connected = false;
  friend bool operator==(const Told&, const Told&) = default;
};

/// Everything that is remembered of a call: what a store loads and saves. But for `version` and the
/// numbers of revisions (which tell how it came about) it is a function of the set of webhooks
/// applied, whatever their order and repeats.
struct CallState {
  CallId id;
  TenantId tenant;  ///< fixed when the call is first seen
  FactSheet<Known> facts;
  std::optional<Source> transcript;
  std::optional<Source> analysis;
  std::optional<CostStanding> cost;
  /// Digests of the contents told, oldest first: the last one holds, its place is its revision.
  std::vector<ContentDigest> analyses_told;
  std::vector<ContentDigest> costs_told;
  Told told;
  std::int64_t version = 0;  ///< events told so far
  friend bool operator==(const CallState&, const CallState&) = default;
};

/// The aggregate: merges the webhooks of one call. Pure; no thread safety of its own.
class Call {
 public:
  explicit Call(CallState state) : state_(std::move(state)) {}
  /// A call that nothing is known of yet. It counts as changed: that it was seen is to be saved.
  [[nodiscard]] static Call first_seen(CallId id, TenantId tenant);

  // What each webhook does. Takes over what is better known now and returns what is to be told, in
  // the order CallStarted, CallEnded or CallNotConnected, CallAnalyzed, CallCostReported.
  // Commutative, associative and idempotent. A Rejection "tenant_mismatch" leaves the call as it
  // was. An analysis is of a call that is over: `analyzed` tells whatever `ended` would have told.
  [[nodiscard]] Result<std::vector<Emission>> started(const CallWebhook& webhook);
  [[nodiscard]] Result<std::vector<Emission>> ended(const CallWebhook& webhook);
  [[nodiscard]] Result<std::vector<Emission>> analyzed(const CallWebhook& webhook);

  [[nodiscard]] const CallState& state() const { return state_; }
  [[nodiscard]] Lifecycle lifecycle() const;
  /// As the provider gives it, else end − start; nothing when unknown, or when the end lies before
  /// the start or more than call_duration_max behind it.
  [[nodiscard]] std::optional<Milliseconds> duration() const;
  /// Something has changed since it was loaded, or it was not loaded but first seen.
  [[nodiscard]] bool changed() const { return changed_; }
  /// The transcript that has won since the call was loaded; a view into its delivery.
  [[nodiscard]] std::optional<std::string_view> new_transcript() const { return new_transcript_; }

 private:
  Result<std::vector<Emission>> apply(EventRank rank, const CallWebhook& webhook);
  void merge(const CallWebhook& webhook, const Source& source);
  void tell_started(const CallWebhook& webhook, std::vector<Emission>& told);
  void tell_ended(const CallWebhook& webhook, std::vector<Emission>& told);
  void tell_not_connected(const CallWebhook& webhook, std::vector<Emission>& told);
  void tell_analysis(const CallWebhook& webhook, const Source& source, std::vector<Emission>& told);
  void tell_cost(const CallWebhook& webhook, const Source& source, std::vector<Emission>& told);
  void tell(const CallWebhook& webhook, CallEvent event, std::vector<Emission>& told);
  [[nodiscard]] Parties parties() const;

  CallState state_;
  bool changed_ = false;
  std::optional<std::string_view> new_transcript_;
};

}  // namespace hookswitch::call_processing
