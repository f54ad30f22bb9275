#pragma once
#include "application/use_cases.hpp"
#include "domain/call.hpp"

#include <hookswitch/core/uuid.hpp>

#include <string>
#include <vector>

/// Webhooks as the domain sees them, for tests of rules.
namespace hookswitch::call_processing::testing {

/// A webhook with the use case that handles it.
struct Sent {
  UseCase use_case;
  CallWebhook webhook;
};

inline CallWebhook webhook(const std::string& name, const std::string& tenant = "lindenhof") {
  CallWebhook made;
  made.id = uuid_v5(hookswitch_namespace, name);
  made.call_id = CallId("call_1");
  made.tenant = TenantId(tenant);
  made.received_at = from_epoch_ms(1'795'421'900'000);
  return made;
}

inline Decimal decimal(const std::string& text) { return Decimal::parse(text).value(); }

inline ReportedCost cost(const std::string& total, const std::string& seconds = "175") {
  Cost made{decimal(total), decimal(seconds), {{"elevenlabs_tts", decimal(total), {}, false}}};
  auto digest = ContentDigest("digest of " + canonical_text(made));
  return {std::move(made), std::move(digest)};
}

inline ReportedAnalysis analysis(const std::string& summary) {
  return {Analysis{summary, "Positive", true, false, "{}"}, ContentDigest("digest of " + summary)};
}

inline Sent started(const std::string& name = "started") {
  auto made = webhook(name);
  made.facts.call_type = "phone_call";
  made.facts.direction = "inbound";
  made.facts.status = CallStatus("ongoing");
  made.facts.agent_id = "agent_1";
  made.facts.agent_version = 7;
  made.facts.from_number = "+4917604069012";
  made.facts.to_number = "+493023125017";
  made.facts.started_at = from_epoch_ms(1'795'421'648'400);
  return {on_call_started, made};
}

inline Sent ended(const std::string& name = "ended") {
  auto made = started(name).webhook;
  made.facts.status = CallStatus("ended");
  made.facts.ended_at = from_epoch_ms(1'795'421'822'650);
  made.facts.duration = Milliseconds{174'250};
  made.facts.disconnection_reason = "user_hangup";
  made.cost = cost("0.2");
  made.transcript_json = R"([{"role":"agent","content":"ended"}])";
  return {on_call_ended, made};
}

inline Sent analyzed(const std::string& name = "analyzed") {
  auto made = ended(name).webhook;
  made.cost = cost("0.221666725");
  made.analysis = analysis("Wanted an appointment.");
  made.transcript_json = R"([{"role":"agent","content":"analyzed"}])";
  return {on_call_analyzed, made};
}

inline Sent not_connected(const std::string& name = "not_connected") {
  auto made = webhook(name);
  made.facts.call_type = "phone_call";
  made.facts.direction = "outbound";
  made.facts.status = CallStatus("not_connected");
  made.facts.ended_at = from_epoch_ms(1'795'422'422'650);
  made.facts.disconnection_reason = "dial_no_answer";
  return {on_call_ended, made};
}

inline Call fresh_call(const std::string& tenant = "lindenhof") {
  CallState state;
  state.id = CallId("call_1");
  state.tenant = TenantId(tenant);
  return Call(std::move(state));
}

inline std::string name_of(const CallEvent& event) {
  struct {
    std::string operator()(const CallStarted&) const { return "CallStarted"; }
    std::string operator()(const CallEnded&) const { return "CallEnded"; }
    std::string operator()(const CallNotConnected&) const { return "CallNotConnected"; }
    std::string operator()(const CallAnalyzed&) const { return "CallAnalyzed"; }
    std::string operator()(const CallCostReported&) const { return "CallCostReported"; }
  } name;
  return std::visit(name, event);
}

inline std::vector<std::string> names_of(const std::vector<Emission>& told) {
  std::vector<std::string> names;
  for (const auto& emission : told) names.push_back(name_of(emission.event));
  return names;
}

/// Applies, and gives everything told.
inline std::vector<Emission> apply(Call& call, const std::vector<Sent>& sent) {
  std::vector<Emission> told;
  for (const auto& one : sent) {
    for (auto& emission : one.use_case(call, one.webhook).value()) {
      told.push_back(std::move(emission));
    }
  }
  return told;
}

}  // namespace hookswitch::call_processing::testing
