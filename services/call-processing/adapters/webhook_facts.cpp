#include "adapters/webhook_facts.hpp"

#include "adapters/canonical_json.hpp"
#include "domain/call.hpp"
#include "domain/phone_number.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/signing/digest.hpp>

#include <array>
#include <utility>

namespace hookswitch::call_processing {
namespace {

constexpr std::size_t call_id_bytes_max = 256;  // a Postgres key and a Kafka key; Retell's have 32
constexpr std::int64_t instant_ms_min = 946'684'800'000;    // 2000-01-01
constexpr std::int64_t instant_ms_max = 4'102'444'800'000;  // 2100-01-01
constexpr std::int32_t exponent_min = -30;                  // what a store has to keep
constexpr std::int32_t exponent_max = 12;
constexpr std::int32_t cents_to_dollars = -2;
/// Stored as they were sent.
constexpr std::array<std::string_view, 2> transcripts_of_turns{"/call/transcript_with_tool_calls",
                                                               "/call/transcript_object"};

ContentDigest digest_of(std::string_view canonical) {
  return ContentDigest(signing::to_hex(signing::sha256(canonical)));
}

bool is_instant(std::int64_t ms) { return ms >= instant_ms_min && ms <= instant_ms_max; }

/// The text without NUL characters, which Postgres cannot hold.
std::string without_nul(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c == '\0') {
      kept += "\uFFFD";
    } else {
      kept += c;
    }
  }
  return kept;
}

/// Reads field after field and keeps the first thing that is wrong, so that the code below reads as
/// a list. What is only passed on it can do without, and notes it when it has to.
class Reader {
 public:
  explicit Reader(IgnoredFields& ignored) : ignored_(ignored) {}

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

  /// A value that is not worth losing the webhook for. A field inside an array must not be read
  /// so: its path would not be one of a few.
  template <class T>
  std::optional<T> lenient(const json::Value& value, Result<std::optional<T>> read) {
    if (read) return *std::move(read);
    ignore(value);
    return std::nullopt;
  }
  void ignore(const json::Value& value) { ignored_.push_back(value.path()); }

  /// Nothing for an empty text too: providers use it for "not known".
  std::optional<std::string> text(const json::Value& value) {
    const auto read = lenient(value, value.optional_string());
    if (!read || read->empty()) return std::nullopt;
    if (read->find('\0') == std::string_view::npos) return std::string(*read);
    ignore(value);
    return without_nul(*read);
  }

  /// A text that must be as it was sent.
  std::optional<std::string> exact_text(const json::Value& value) {
    const auto read = take(value.optional_string());
    if (!read || read->empty()) return std::nullopt;
    if (read->find('\0') != std::string_view::npos) {
      refuse("not_storable", value, "has a NUL character");
      return std::nullopt;
    }
    return std::string(*read);
  }

  std::optional<bool> boolean(const json::Value& value) {
    return lenient(value, value.optional_boolean());
  }
  std::optional<std::int64_t> integer(const json::Value& value) {
    return lenient(value, value.optional_integer());
  }

  std::optional<std::string> number(const json::Value& value) {
    const auto read = text(value);
    return read ? telephone_number(*read) : std::nullopt;
  }

  std::optional<TimePoint> instant(const json::Value& value) {
    const auto ms = take(value.optional_integer());
    if (!ms) return std::nullopt;
    if (!is_instant(*ms)) {
      refuse("out_of_range", value, "is no instant in milliseconds between 2000 and 2100");
      return std::nullopt;
    }
    return from_epoch_ms(*ms);
  }

  std::optional<Milliseconds> duration(const json::Value& value) {
    const auto ms = take(value.optional_integer());
    if (!ms) return std::nullopt;
    if (*ms < 0 || *ms > call_duration_max.count()) {
      refuse("out_of_range", value, "is no duration in milliseconds up to 31 days");
      return std::nullopt;
    }
    return Milliseconds{*ms};
  }

  std::optional<Decimal> seconds(const json::Value& value) {
    static const Decimal longest(call_duration_max.count(), -3);
    const auto read = storable(value, 0);
    if (!read) return std::nullopt;
    if (Decimal::compare(*read, Decimal{}) < 0 || Decimal::compare(*read, longest) > 0) {
      refuse("out_of_range", value, "is no duration in seconds up to 31 days");
      return std::nullopt;
    }
    return read;
  }

  /// May be negative: a credit.
  std::optional<Decimal> dollars(const json::Value& cents) {
    static const Decimal most(1, 9);
    static const Decimal least(-1, 9);
    const auto read = storable(cents, cents_to_dollars);
    if (!read) return std::nullopt;
    if (Decimal::compare(*read, most) >= 0 || Decimal::compare(*read, least) <= 0) {
      refuse("out_of_range", cents, "is no amount below a thousand million dollars");
      return std::nullopt;
    }
    return read;
  }

  /// True when there is something to read in it; null, {} and absence are nothing.
  bool has_members(const json::Value& value) {
    if (value.absent_or_null()) return false;
    if (value.kind() != json::Value::Kind::object) {
      refuse("wrong_type", value, "must be an object");
      return false;
    }
    return value.size() > 0;
  }

 private:
  /// Within what Decimal::parse() takes back from a store, with room to spare.
  std::optional<Decimal> storable(const json::Value& value, std::int32_t power) {
    const auto read = take(value.optional_decimal());
    if (!read) return std::nullopt;
    const auto shifted = read->shifted(power);
    if (shifted.exponent() < exponent_min || shifted.exponent() > exponent_max) {
      refuse("not_exact", value, "is too large or has too many places");
      return std::nullopt;
    }
    return shifted;
  }

  IgnoredFields& ignored_;
  std::optional<Rejection> rejection_;
};

CostItem cost_item(Reader& reader, const json::Value& value) {
  CostItem item;
  if (!reader.has_members(value)) reader.refuse("wrong_type", value, "must be an object");
  item.product = reader.exact_text(value["product"]).value_or("");
  if (value["cost"].absent_or_null()) reader.refuse("missing_field", value["cost"], "is missing");
  item.cost = reader.dollars(value["cost"]).value_or(Decimal{});
  item.unit_price = reader.dollars(value["unit_price"]);
  item.transfer_leg = reader.take(value["is_transfer_leg_cost"].optional_boolean()).value_or(false);
  return item;
}

std::optional<ReportedCost> cost_of(Reader& reader, const json::Value& value) {
  if (!reader.has_members(value)) return std::nullopt;
  const auto total = value["combined_cost"];
  if (total.absent_or_null()) reader.refuse("missing_field", total, "is missing");
  Cost cost;
  cost.total = reader.dollars(total).value_or(Decimal{});
  cost.provider_seconds = reader.seconds(value["total_duration_seconds"]);
  const auto items = value["product_costs"];
  if (!items.absent_or_null() && items.kind() != json::Value::Kind::array) {
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
  if (value.absent_or_null()) return std::nullopt;
  if (value.kind() != json::Value::Kind::object && value.kind() != json::Value::Kind::array) {
    reader.ignore(value);
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
  if (!value.absent_or_null() && value.kind() != json::Value::Kind::object) reader.ignore(value);
  if (value.kind() != json::Value::Kind::object || value.size() == 0) return std::nullopt;
  const auto custom = value["custom_analysis_data"];
  Analysis analysis;
  analysis.summary = reader.text(value["call_summary"]);
  analysis.user_sentiment = reader.text(value["user_sentiment"]);
  analysis.call_successful = reader.boolean(value["call_successful"]);
  analysis.in_voicemail = reader.boolean(value["in_voicemail"]);
  analysis.custom_json = custom_json_of(reader, custom);
  auto digest = digest_of(canonical_text(analysis, custom));
  return ReportedAnalysis{std::move(analysis), std::move(digest)};
}

/// The richest form that is there: with tool calls, as turns, as text. Each holds what the next one
/// says.
std::optional<std::string_view> transcript_of(Reader& reader, const json::Value& call) {
  for (const auto* name : {"transcript_with_tool_calls", "transcript_object"}) {
    const auto turns = call[name];
    if (turns.absent_or_null()) continue;
    if (turns.kind() != json::Value::Kind::array) {
      reader.ignore(turns);
    } else if (turns.size() > 0) {
      return turns.raw_json();
    }
  }
  const auto transcript = call["transcript"];
  const auto text = reader.lenient(transcript, transcript.optional_string());
  if (!text || text->empty()) return std::nullopt;
  return transcript.raw_json();
}

FactSheet<Said> facts_of(Reader& reader, const json::Value& call) {
  FactSheet<Said> facts;
  facts.call_type = reader.text(call["call_type"]);
  facts.direction = reader.text(call["direction"]);
  if (auto status = reader.text(call["call_status"])) facts.status = CallStatus(*std::move(status));
  facts.agent_id = reader.text(call["agent_id"]);
  facts.agent_version = reader.integer(call["agent_version"]);
  facts.from_number = reader.number(call["from_number"]);
  facts.to_number = reader.number(call["to_number"]);
  facts.started_at = reader.instant(call["start_timestamp"]);
  facts.ended_at = reader.instant(call["end_timestamp"]);
  facts.transfer_ended_at = reader.instant(call["transfer_end_timestamp"]);
  facts.duration = reader.duration(call["duration_ms"]);
  facts.disconnection_reason = reader.text(call["disconnection_reason"]);
  facts.recording_url = reader.text(call["recording_url"]);
  facts.recording_multi_channel_url = reader.text(call["recording_multi_channel_url"]);
  return facts;
}

CallId call_id_of(Reader& reader, const json::Value& call) {
  const auto value = call["call_id"];
  auto text = reader.exact_text(value);
  if (!text) {
    reader.refuse("missing_field", value, "is missing");
    return {};
  }
  if (text->size() > call_id_bytes_max)
    reader.refuse("too_long", value, "is longer than 256 bytes");
  return CallId(*std::move(text));
}

/// Only a tie-breaker: an odd one must not win for ever.
std::int64_t event_timestamp_of(Reader& reader, const json::Value& value) {
  const auto ms = reader.integer(value);
  if (!ms || is_instant(*ms)) return ms.value_or(0);
  reader.ignore(value);
  return 0;
}

}  // namespace

Result<CallWebhook> webhook_facts(std::string_view body, const events::Envelope& envelope,
                                  IgnoredFields& ignored) {
  if (!envelope.tenant) {
    return Rejection{"no_tenant", "ce_tenantid", "a webhook of no tenant changes no call"};
  }
  const auto document = json::Document::parse_borrowed(body, {}, transcripts_of_turns);
  if (!document) return document.error();
  const auto root = document->root();
  const auto call = root["call"];
  Reader reader(ignored);
  if (!reader.has_members(call)) reader.refuse("missing_field", call, "is missing");

  CallWebhook webhook;
  webhook.id = envelope.id;
  webhook.tenant = *envelope.tenant;
  webhook.received_at = envelope.time;
  webhook.call_id = call_id_of(reader, call);
  webhook.event_timestamp_ms = event_timestamp_of(reader, root["event_timestamp"]);
  webhook.facts = facts_of(reader, call);
  webhook.cost = cost_of(reader, call["call_cost"]);
  webhook.analysis = analysis_of(reader, call["call_analysis"]);
  webhook.transcript_json = transcript_of(reader, call);
  if (const auto& rejection = reader.rejection()) return *rejection;
  return webhook;
}

}  // namespace hookswitch::call_processing
