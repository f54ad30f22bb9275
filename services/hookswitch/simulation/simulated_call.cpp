#include "simulated_call.hpp"

#include "conversation.hpp"
#include "random.hpp"

#include <hookswitch/core/uuid.hpp>

#include <array>
#include <cstdlib>

namespace hookswitch::cli {
namespace {

/// The agent of a company that has none in the directory.
constexpr auto agent_of_nobody = "agent_simulated00000000000000";
constexpr std::size_t words_least = 40;
constexpr std::size_t words_most = 140;       // up to 25 KB
constexpr std::size_t words_of_large = 9000;  // about 1 MB

constexpr std::array sentiments{"Positive", "Positive", "Neutral",
                                "Neutral",  "Negative", "Unknown"};
constexpr std::array ends{"user_hangup",  "user_hangup",   "user_hangup",
                          "agent_hangup", "call_transfer", "inactivity"};
constexpr std::array never{"dial_no_answer", "dial_no_answer", "dial_busy", "dial_failed",
                           "user_declined"};

struct Product {
  std::string_view name;
  std::int64_t unit_e7;  ///< 10^-7 US cents a second
  bool transfer_leg;
};
constexpr std::array products{Product{"elevenlabs_tts", 1'166'667, false},
                              Product{"gpt_4o_mini", 100'000, false},
                              Product{"retell_transfer", 250'000, true}};

std::uint64_t first_bytes(const Uuid& id) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8U | id.bytes.at(i);
  return number;
}

/// Everything that shapes a body, so that one call id never stands for two different calls.
std::string shape_of(const SimulationOptions& options,
                     const std::vector<SimulatedTenant>& tenants) {
  std::string shape = "simulated call\n" + std::to_string(options.seed) + '\n' +
                      format_rfc3339(options.day) + '\n' + std::to_string(options.corrections) +
                      '\n' + std::to_string(options.large) + '\n';
  for (const auto& tenant : tenants) {
    shape += tenant.id + '\n' + tenant.name + '\n';
    for (const auto& number : tenant.numbers) shape += number + '\n';
    for (const auto& agent : tenant.agents) shape += agent + '\n';
  }
  return shape;
}

std::string call_id(const Uuid& id) {
  std::string hex;
  for (const char c : id.to_string()) {
    if (c != '-') hex += c;
  }
  return "call_" + hex.substr(0, 27);
}

/// From the blocks that the German regulator keeps for films: nobody has them.
std::string number_of_nobody(Random& random) {
  const auto two = random.between(0, 99);
  return (random.percent(50) ? "+49176040690" : "+49171392000") + std::string(two < 10 ? "0" : "") +
         std::to_string(two);
}

CallClass draw_class(Random& random, bool has_agent) {
  const auto drawn = random.below(100);
  if (drawn < 14) return CallClass::not_connected;
  if (drawn < 32) return CallClass::outbound;
  if (drawn < 44 && has_agent) return CallClass::web;
  return CallClass::inbound;
}

SimulatedCall plan(const Uuid& id, const SimulationOptions& options,
                   const std::vector<SimulatedTenant>& tenants) {
  Random random(first_bytes(id));
  SimulatedCall call;
  call.id = call_id(id);
  call.tenant = random.below(tenants.size());
  const auto& tenant = tenants[call.tenant];
  call.what = draw_class(random, !tenant.agents.empty());
  call.agent = tenant.agents.empty() ? agent_of_nobody : random.one_of(tenant.agents);
  call.our_number = random.one_of(tenant.numbers);
  call.their_number = number_of_nobody(random);
  if (call.what == CallClass::inbound && random.percent(8)) call.their_number.clear();
  call.started_at = options.day + Milliseconds{random.between(0, 36'000'000)};
  call.sentiment = random.one_of(sentiments);
  call.seed = random.next();
  const bool large = random.percent(options.large);
  call.corrected = random.percent(options.corrections) && call.connected();
  call.preliminary_cost = random.percent(30);
  const auto words = random.between(words_least, words_most);
  if (!call.connected()) {
    call.disconnection_reason = random.one_of(never);
    return call;
  }
  call.disconnection_reason = random.one_of(ends);
  call.words = large ? words_of_large : static_cast<std::size_t>(words);
  const auto length = converse(call.seed, tenant.name, call.words).length_ms;
  call.duration = Milliseconds{length + random.between(0, 999)};
  return call;
}

}  // namespace

std::string_view to_string(CallClass what) {
  switch (what) {
    case CallClass::inbound:
      return "inbound";
    case CallClass::outbound:
      return "outbound";
    case CallClass::web:
      return "web";
    case CallClass::not_connected:
      return "not_connected";
  }
  std::abort();
}

std::string_view to_string(CallWebhookKind kind) {
  switch (kind) {
    case CallWebhookKind::started:
      return "call_started";
    case CallWebhookKind::ended:
      return "call_ended";
    case CallWebhookKind::analyzed:
    case CallWebhookKind::corrected:
      return "call_analyzed";
  }
  std::abort();
}

std::vector<CallWebhookKind> SimulatedCall::webhooks() const {
  using enum CallWebhookKind;
  if (!connected()) return {ended, analyzed};  // Retell sends no call_started for these
  if (this->corrected) return {started, ended, analyzed, CallWebhookKind::corrected};
  return {started, ended, analyzed};
}

std::optional<WebhookCost> cost_said(const SimulatedCall& call, CallWebhookKind kind) {
  if (!call.connected() || kind == CallWebhookKind::started) return std::nullopt;
  std::size_t known = 2;
  if (kind == CallWebhookKind::ended && call.preliminary_cost) known = 1;
  if (kind == CallWebhookKind::corrected) known = 3;
  WebhookCost cost;
  std::int64_t combined_e7 = 0;
  for (std::size_t i = 0; i < known; ++i) {
    const auto& product = products.at(i);
    const auto cost_e7 = product.unit_e7 * call.billed_seconds();
    combined_e7 += cost_e7;
    cost.items.push_back(
        {product.name, Decimal(product.unit_e7, -7), Decimal(cost_e7, -7), product.transfer_leg});
  }
  cost.combined = Decimal(combined_e7, -7);
  return cost;
}

std::optional<Decimal> final_cost(const SimulatedCall& call) {
  const auto cost = cost_said(call, call.webhooks().back());
  if (!cost) return std::nullopt;
  return cost->combined.shifted(-2);
}

std::vector<SimulatedCall> plan_calls(const SimulationOptions& options,
                                      const std::vector<SimulatedTenant>& tenants) {
  const auto run = uuid_v5(hookswitch_namespace, shape_of(options, tenants));
  std::vector<SimulatedCall> calls;
  calls.reserve(options.count);
  for (std::size_t i = 0; i < options.count; ++i) {
    calls.push_back(plan(uuid_v5(run, std::to_string(i)), options, tenants));
  }
  return calls;
}

}  // namespace hookswitch::cli
