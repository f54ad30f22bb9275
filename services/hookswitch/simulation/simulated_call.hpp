#pragma once
#include <hookswitch/core/decimal.hpp>
#include <hookswitch/core/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::cli {

/// What a company pays for its calls from an instant on: a version of its plan. `…_e6` are
/// millionths of a currency unit.
struct PriceTerms {
  std::int32_t version = 1;
  TimePoint valid_from;
  std::string currency;
  std::int64_t per_minute_e6 = 0;
  std::int64_t first_increment_s = 1;
  std::int64_t next_increment_s = 1;
  std::int64_t free_threshold_ms = 0;  ///< up to here nothing is charged
  std::int64_t minimum_e6 = 0;         ///< of what is not free
};

/// A company that calls are played for. `numbers` has at least one.
struct SimulatedTenant {
  std::string id;
  std::string name;
  std::vector<std::string> numbers;  ///< E.164
  std::vector<std::string> agents;   ///< without one, no web calls
  std::vector<PriceTerms> plan;      ///< in the order of their versions; empty: it has none
};

struct SimulationOptions {
  std::size_t count = 0;
  std::uint64_t seed = 0;
  TimePoint day;             ///< calls start within ten hours from here
  unsigned duplicates = 0;   ///< percent of the webhooks that are sent twice
  unsigned corrections = 0;  ///< percent of the connected calls whose cost is corrected later
  unsigned large = 0;        ///< percent of the connected calls with bodies of 1 MB
  bool shuffle = false;
};

enum class CallClass { inbound, outbound, web, not_connected };
inline constexpr int call_classes = 4;
[[nodiscard]] std::string_view to_string(CallClass what);

/// The webhooks of a call, in the order in which Retell sends them.
enum class CallWebhookKind { started, ended, analyzed, corrected };
[[nodiscard]] std::string_view to_string(CallWebhookKind kind);

/// One call, as it will have been when all its webhooks have come. Amounts are 10^-7 US cents.
struct SimulatedCall {
  std::string id;
  std::size_t tenant = 0;  ///< in the list of tenants
  CallClass what = CallClass::inbound;
  std::uint64_t seed = 0;
  std::size_t words = 0;  ///< the least that is said
  bool corrected = false;
  std::string agent;
  std::string our_number;
  std::string their_number;  ///< empty: withheld
  TimePoint started_at;
  Milliseconds duration{0};
  std::string disconnection_reason;
  std::string sentiment;
  bool preliminary_cost = false;  ///< call_ended does not know the whole cost yet

  [[nodiscard]] bool connected() const { return what != CallClass::not_connected; }
  [[nodiscard]] std::int64_t billed_seconds() const { return (duration.count() + 999) / 1000; }
  [[nodiscard]] std::vector<CallWebhookKind> webhooks() const;
};

struct ProductCost {
  std::string_view product;
  Decimal unit_price;  ///< US cents a second
  Decimal cost;        ///< US cents
  bool transfer_leg = false;
};
struct WebhookCost {
  std::vector<ProductCost> items;
  Decimal combined;  ///< US cents
};

/// What that webhook says of the call's cost; nothing for call_started and for a call that never
/// connected. Pure.
[[nodiscard]] std::optional<WebhookCost> cost_said(const SimulatedCall& call, CallWebhookKind kind);

/// The cost that holds once every webhook has come, in US dollars; nothing: the call has none.
[[nodiscard]] std::optional<Decimal> final_cost(const SimulatedCall& call);

/// The calls of a run. Pure; a call depends on its place, the seed, the options that shape bodies,
/// and the tenants, not on `count`, `duplicates` or `shuffle`. `tenants` has at least one.
[[nodiscard]] std::vector<SimulatedCall> plan_calls(const SimulationOptions& options,
                                                    const std::vector<SimulatedTenant>& tenants);

}  // namespace hookswitch::cli
