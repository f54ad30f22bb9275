#include "call_body.hpp"

#include "conversation.hpp"
#include "random.hpp"

#include <hookswitch/json/writer.hpp>

#include <algorithm>

namespace hookswitch::cli {
namespace {

/// Seconds, from milliseconds, without passing through a double.
std::string seconds(std::int64_t ms) { return Decimal(ms, -3).to_string(); }

/// One of our conversations as Retell writes it.
class Body {
 public:
  Body(const SimulatedCall& call, CallWebhookKind kind, const SimulatedTenant& tenant)
      : call_(call), kind_(kind), tenant_(tenant) {
    if (call.connected()) said_ = converse(call.seed, tenant.name, call.words);
  }

  std::string write() {
    out_.begin_object().key("event").string(to_string(kind_)).key("call").begin_object();
    identity();
    context();
    if (kind_ != CallWebhookKind::started) {
      end();
      if (call_.connected()) recorded();
      cost();
      if (kind_ != CallWebhookKind::ended) analysis();
    }
    out_.end_object().end_object();
    return out_.take();
  }

 private:
  void text(std::string_view name, std::string_view value) { out_.key(name).string(value); }
  void number(std::string_view name, std::int64_t value) { out_.key(name).integer(value); }

  void identity() {
    const bool web = call_.what == CallClass::web;
    text("call_id", call_.id);
    text("call_type", web ? "web_call" : "phone_call");
    text("agent_id", call_.agent);
    number("agent_version", 7);
    text("agent_name", "Empfang " + tenant_.name);
    text("call_status", !call_.connected()                  ? "not_connected"
                        : kind_ == CallWebhookKind::started ? "ongoing"
                                                            : "ended");
    if (web) return text("access_token", "simulated-" + call_.id);
    const bool inbound = call_.what == CallClass::inbound;
    const auto& from = inbound ? call_.their_number : call_.our_number;
    if (!from.empty()) text("from_number", from);
    text("to_number", inbound ? call_.our_number : call_.their_number);
    text("direction", inbound ? "inbound" : "outbound");
    out_.key("telephony_identifier").begin_object();
    text("twilio_call_sid", "CA" + call_.id.substr(5));
    out_.end_object();
  }

  void context() {
    out_.key("metadata").begin_object();
    text("source", "hookswitch simulate calls");
    text("branch_id", "hauptstelle");
    out_.end_object();
    out_.key("retell_llm_dynamic_variables").begin_object();
    text("business_name", tenant_.name);
    text("opening_hours",
         "Montag bis Freitag 8:00–18:00 Uhr, jeden zweiten Samstag 9:00–13:00 Uhr");
    text("greeting", tenant_.name + ", guten Tag, was kann ich für Sie tun?");
    text("directions",
         "Im Hof sind drei Plätze für Gäste, der Eingang ist ebenerdig, die Klingel links.");
    text("services",
         "Erstberatung, Nachkontrolle, Vorsorgegespräch, Überprüfung; Dauer 30 bis 60 Minuten");
    text("cancellation_policy",
         "Absagen bitte spätestens vierundzwanzig Stunden vorher, gern auch auf "
         "den Anrufbeantworter.");
    text("caller_known", call_.their_number.empty() ? "false" : "true");
    out_.end_object();
    text("data_storage_setting", "everything");
    out_.key("opt_in_signed_url").boolean(false);
    if (call_.connected()) number("start_timestamp", to_epoch_ms(call_.started_at));
  }

  void end() {
    number("end_timestamp", to_epoch_ms(call_.started_at + call_.duration));
    if (call_.connected()) number("duration_ms", call_.duration.count());
    text("disconnection_reason", call_.disconnection_reason);
  }

  void recorded() {
    std::string transcript;
    for (const auto& turn : said_.turns) {
      transcript += (turn.by_agent ? "Agent: " : "User: ") + turn.text + '\n';
    }
    text("transcript", transcript);
    turns("transcript_object", false);
    turns("transcript_with_tool_calls", true);
    const auto folder = "https://recordings.example.invalid/" + call_.id + '/';
    text("recording_url", folder + "recording.wav");
    text("recording_multi_channel_url", folder + "recording_multichannel.wav");
    text("public_log_url", folder + "public_log.txt");
    latency();
  }

  void turns(std::string_view name, bool with_tool_calls) {
    out_.key(name).begin_array();
    int answers = 0;
    for (const auto& turn : said_.turns) {
      out_.begin_object();
      text("role", turn.by_agent ? "agent" : "user");
      text("content", turn.text);
      words(turn);
      if (turn.by_agent) {
        out_.key("metadata").begin_object();
        number("response_id", answers++);
        out_.end_object();
      }
      out_.end_object();
      if (with_tool_calls && answers == 2 && turn.by_agent) tool_call();
    }
    out_.end_array();
  }

  void words(const Turn& turn) {
    out_.key("words").begin_array();
    auto clock_ms = turn.start_ms;
    for (std::string_view rest = turn.text; !rest.empty();) {
      const auto space = std::min(rest.find(' '), rest.size());
      const auto word = rest.substr(0, space);
      rest.remove_prefix(std::min(space + 1, rest.size()));
      out_.begin_object();
      text("word", word);
      out_.key("start").raw(seconds(clock_ms));
      clock_ms += spoken_ms(word);
      out_.key("end").raw(seconds(clock_ms - 40));
      out_.end_object();
    }
    out_.end_array();
  }

  void tool_call() {
    const auto id = "tool_call_" + call_.id.substr(5, 6);
    out_.begin_object();
    text("role", "tool_call_invocation");
    text("tool_call_id", id);
    text("name", "check_availability");
    text("arguments", "{\"service\":\"" + said_.service + "\",\"daypart\":\"morning\"}");
    out_.end_object().begin_object();
    text("role", "tool_call_result");
    text("tool_call_id", id);
    text("content", "{\"slots\":[\"10:00\",\"10:30\"]}");
    out_.key("successful").boolean(true).end_object();
  }

  void latency() {
    Random random(call_.seed);
    out_.key("latency").begin_object().key("e2e").begin_object();
    for (const auto* percentile : {"p50", "p90", "p95", "p99", "max"}) {
      out_.key(percentile).raw(Decimal(random.between(90'000, 150'000), -2).to_string());
    }
    number("num", static_cast<std::int64_t>(said_.turns.size() / 2));
    out_.end_object().end_object();
  }

  void cost() {
    const auto cost = cost_said(call_, kind_);
    if (!cost) return;
    out_.key("call_cost").begin_object().key("product_costs").begin_array();
    for (const auto& item : cost->items) {
      out_.begin_object();
      text("product", item.product);
      out_.key("unit_price").raw(item.unit_price.to_string());
      out_.key("cost").raw(item.cost.to_string());
      if (item.transfer_leg) out_.key("is_transfer_leg_cost").boolean(true);
      out_.end_object();
    }
    out_.end_array();
    number("total_duration_seconds", call_.billed_seconds());
    out_.key("combined_cost").raw(cost->combined.to_string()).end_object();
  }

  void analysis() {
    out_.key("call_analysis").begin_object();
    const bool talked = call_.connected();
    text("call_summary",
         talked ? said_.caller + " rief wegen „" + said_.service + "“ an" +
                      (said_.booked ? "; ein Termin wurde vereinbart." : " und meldet sich wieder.")
                : "");
    out_.key("in_voicemail").boolean(false);
    text("user_sentiment", call_.sentiment);
    out_.key("call_successful").boolean(said_.booked);
    out_.key("custom_analysis_data").begin_object();
    if (talked) {
      out_.key("appointment_booked").boolean(said_.booked);
      text("caller_name", said_.caller);
      text("service", said_.service);
    }
    out_.end_object().end_object();
  }

  const SimulatedCall& call_;
  CallWebhookKind kind_;
  const SimulatedTenant& tenant_;
  Conversation said_;
  json::Writer out_;
};

}  // namespace

std::string body_of(const SimulatedCall& call, CallWebhookKind kind,
                    const SimulatedTenant& tenant) {
  return Body(call, kind, tenant).write();
}

}  // namespace hookswitch::cli
