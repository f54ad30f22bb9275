#include "adapters/webhook_facts.hpp"

#include "adapters/canonical_json.hpp"
#include "domain/phone_number.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/signing/digest.hpp>

#include <utility>

namespace hookswitch::call_processing {
namespace {

constexpr std::size_t call_id_bytes_max = 256;  // a Postgres key and a Kafka key; Retell's have 32
constexpr std::int64_t instant_ms_max =
    253'402'300'799'999;  // the last millisecond of the year 9999
constexpr std::int32_t cents_to_dollars = -2;

ContentDigest digest_of(std::string_view canonical) {
  return ContentDigest(signing::to_hex(signing::sha256(canonical)));
}

/// Reads field after field and keeps the first thing that is wrong, so that the code below reads as
/// a list.
class Reader {
 public:
  [[nodiscard]] const std::optional<Rejection>& rejection() const { return rejection_; }

  void refuse(std::string code, const json::Value& value, std::string message) {
    if (!rejection_) rejection_ = {std::move(code), value.path(), std::move(message)};
  }

  template <class T>
  std::optional<T> take(Result<std::optional<T>> read) {
    if (read) return *std::move(read);
    if (!rejection_) rejection_ = read.error();
    return std::nullopt;
  }

  /// Nothing for an empty text too: providers use it for "not known".
  std::optional<std::string> text(const json::Value& value) {
    const auto read = take(value.optional_string());
    if (!read || read->empty()) return std::nullopt;
    if (read->find('\0') != std::string_view::npos) {
      refuse("not_storable", value, "has a NUL character");
      return std::nullopt;
    }
    return std::string(*read);
  }

  std::optional<std::string> number(const json::Value& value) {
    const auto read = text(value);
    return read ? telephone_number(*read) : std::nullopt;
  }

  std::optional<TimePoint> instant(const json::Value& value) {
    const auto ms = take(value.optional_integer());
    if (!ms) return std::nullopt;
    if (*ms < 0 || *ms > instant_ms_max) {
      refuse("out_of_range", value, "is no instant in milliseconds");
      return std::nullopt;
    }
    return from_epoch_ms(*ms);
  }

  std::optional<Decimal> dollars(const json::Value& cents) {
    const auto read = take(cents.optional_decimal());
    if (!read) return std::nullopt;
    return read->shifted(cents_to_dollars);
  }

  /// True when there is something to read in it; null, {} and absence are nothing.
  bool has_members(const json::Value& value) {
    if (value.empty()) return false;
    if (value.kind() != json::Value::Kind::object) {
      refuse("wrong_type", value, "must be an object");
      return false;
    }
    return value.size() > 0;
  }

 private:
  std::optional<Rejection> rejection_;
};

CostItem cost_item(Reader& reader, const json::Value& value) {
  CostItem item;
  if (!reader.has_members(value)) reader.refuse("wrong_type", value, "must be an object");
  item.product = reader.text(value["product"]).value_or("");
  if (value["cost"].empty()) reader.refuse("missing_field", value["cost"], "is missing");
  item.cost = reader.dollars(value["cost"]).value_or(Decimal{});
  item.unit_price = reader.dollars(value["unit_price"]);
  item.transfer_leg = reader.take(value["is_transfer_leg_cost"].optional_boolean()).value_or(false);
  return item;
}

std::optional<ReportedCost> cost_of(Reader& reader, const json::Value& value) {
  if (!reader.has_members(value)) return std::nullopt;
  const auto total = value["combined_cost"];
  if (total.empty()) reader.refuse("missing_field", total, "is missing");
  Cost cost;
  cost.total = reader.dollars(total).value_or(Decimal{});
  cost.provider_seconds = reader.take(value["total_duration_seconds"].optional_decimal());
  const auto items = value["product_costs"];
  if (!items.empty() && items.kind() != json::Value::Kind::array) {
    reader.refuse("wrong_type", items, "must be an array");
  }
  for (std::size_t i = 0; i < items.size() && !reader.rejection(); ++i) {
    cost.items.push_back(cost_item(reader, items.at(i)));
  }
  auto digest = digest_of(canonical_text(cost));
  return ReportedCost{std::move(cost), std::move(digest)};
}

/// An object keyed by configured names; [] is what some senders make of {} (contracts §2.3).
std::optional<std::string> custom_json_of(Reader& reader, const json::Value& value) {
  if (value.empty()) return std::nullopt;
  if (value.kind() != json::Value::Kind::object && value.kind() != json::Value::Kind::array) {
    reader.refuse("wrong_type", value, "must be an object");
    return std::nullopt;
  }
  return std::string(value.raw_json());
}

std::string canonical_text(const Analysis& analysis, const json::Value& custom) {
  const auto text = [](const std::optional<std::string>& value) {
    return value ? std::to_string(value->size()) + ':' + *value + ';' : std::string("-;");
  };
  const auto flag = [](const std::optional<bool>& value) {
    return value ? (*value ? "t;" : "f;") : "-;";
  };
  return text(analysis.summary) + text(analysis.user_sentiment) + flag(analysis.call_successful) +
         flag(analysis.in_voicemail) + (custom.size() == 0 ? "{}" : canonical_json(custom));
}

std::optional<ReportedAnalysis> analysis_of(Reader& reader, const json::Value& value) {
  if (!reader.has_members(value)) return std::nullopt;
  const auto custom = value["custom_analysis_data"];
  Analysis analysis;
  analysis.summary = reader.text(value["call_summary"]);
  analysis.user_sentiment = reader.text(value["user_sentiment"]);
  analysis.call_successful = reader.take(value["call_successful"].optional_boolean());
  analysis.in_voicemail = reader.take(value["in_voicemail"].optional_boolean());
  analysis.custom_json = custom_json_of(reader, custom);
  if (reader.rejection()) return std::nullopt;
  auto digest = digest_of(canonical_text(analysis, custom));
  return ReportedAnalysis{std::move(analysis), std::move(digest)};
}

/// The richest form that is there: with tool calls, as turns, as text. Each holds what the next one
/// says.
std::optional<std::string_view> transcript_of(Reader& reader, const json::Value& call) {
  for (const auto* name : {"transcript_with_tool_calls", "transcript_object"}) {
    const auto turns = call[name];
    if (turns.empty()) continue;
    if (turns.kind() != json::Value::Kind::array) {
      reader.refuse("wrong_type", turns, "must be an array");
    } else if (turns.size() > 0) {
      return turns.raw_json();
    }
  }
  const auto text = reader.take(call["transcript"].optional_string());
  if (!text || text->empty()) return std::nullopt;
  return call["transcript"].raw_json();
}

FactSheet<Said> facts_of(Reader& reader, const json::Value& call) {
  FactSheet<Said> facts;
  facts.call_type = reader.text(call["call_type"]);
  facts.direction = reader.text(call["direction"]);
  if (auto status = reader.text(call["call_status"])) facts.status = CallStatus(*std::move(status));
  facts.agent_id = reader.text(call["agent_id"]);
  facts.agent_version = reader.take(call["agent_version"].optional_integer());
  facts.from_number = reader.number(call["from_number"]);
  facts.to_number = reader.number(call["to_number"]);
  facts.started_at = reader.instant(call["start_timestamp"]);
  facts.ended_at = reader.instant(call["end_timestamp"]);
  facts.transfer_ended_at = reader.instant(call["transfer_end_timestamp"]);
  if (const auto ms = reader.take(call["duration_ms"].optional_integer())) {
    facts.duration = Milliseconds{*ms};
  }
  facts.disconnection_reason = reader.text(call["disconnection_reason"]);
  facts.recording_url = reader.text(call["recording_url"]);
  facts.recording_multi_channel_url = reader.text(call["recording_multi_channel_url"]);
  return facts;
}

CallId call_id_of(Reader& reader, const json::Value& call) {
  const auto value = call["call_id"];
  auto text = reader.text(value);
  if (!text) {
    reader.refuse("missing_field", value, "is missing");
    return {};
  }
  if (text->size() > call_id_bytes_max)
    reader.refuse("too_long", value, "is longer than 256 bytes");
  return CallId(*std::move(text));
}

}  // namespace

Result<CallWebhook> webhook_facts(std::string_view body, const events::Envelope& envelope) {
  if (!envelope.tenant) {
    return Rejection{"no_tenant", "ce_tenantid", "a webhook of no tenant changes no call"};
  }
  const auto document = json::Document::parse(body);
  if (!document) return document.error();
  const auto root = document->root();
  const auto call = root["call"];
  Reader reader;
  if (!reader.has_members(call)) reader.refuse("missing_field", call, "is missing");

  CallWebhook webhook;
  webhook.id = envelope.id;
  webhook.tenant = *envelope.tenant;
  webhook.received_at = envelope.time;
  webhook.call_id = call_id_of(reader, call);
  webhook.event_timestamp_ms = reader.take(root["event_timestamp"].optional_integer()).value_or(0);
  webhook.facts = facts_of(reader, call);
  webhook.cost = cost_of(reader, call["call_cost"]);
  webhook.analysis = analysis_of(reader, call["call_analysis"]);
  webhook.transcript_json = transcript_of(reader, call);
  if (reader.rejection()) return *reader.rejection();
  return webhook;
}

}  // namespace hookswitch::call_processing
