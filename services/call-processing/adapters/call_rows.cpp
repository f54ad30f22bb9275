#include "adapters/call_rows.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace hookswitch::call_processing {
namespace {

using Cell = std::optional<std::string>;

std::string cell(const std::string& value) { return value; }
std::string cell(const CallStatus& value) { return value.str(); }
std::string cell(std::int64_t value) { return std::to_string(value); }
std::string cell(TimePoint value) { return std::to_string(to_epoch_ms(value)); }
std::string cell(Milliseconds value) { return std::to_string(value.count()); }
std::string flag(bool value) { return value ? "t" : "f"; }

std::int64_t integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::logic_error("call_state holds no integer where there should be one");
  }
  return value;
}
void read(std::string_view text, std::string& value) { value = text; }
void read(std::string_view text, CallStatus& value) { value = CallStatus(std::string(text)); }
void read(std::string_view text, std::int64_t& value) { value = integer(text); }
void read(std::string_view text, TimePoint& value) { value = from_epoch_ms(integer(text)); }
void read(std::string_view text, Milliseconds& value) { value = Milliseconds{integer(text)}; }

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  if (text.empty()) return parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<ContentDigest>& digests) {
  std::string text;
  for (const auto& digest : digests) text += (text.empty() ? "" : ",") + digest.str();
  return text;
}

std::vector<ContentDigest> digests(std::string_view text) {
  std::vector<ContentDigest> all;
  for (const auto part : split(text, ',')) all.emplace_back(std::string(part));
  return all;
}

std::string text_of(const Source& source) {
  return std::to_string(static_cast<int>(source.rank)) + ':' +
         std::to_string(source.event_timestamp_ms) + ':' + source.webhook.to_string();
}

Source source_of(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 3) throw std::logic_error("call_state.sources is not rank:timestamp:id");
  const auto webhook = Uuid::parse(parts[2]);
  if (!webhook) throw std::logic_error("call_state.sources has no UUID");
  return {static_cast<EventRank>(integer(parts[0])), integer(parts[1]), *webhook};
}

/// The webhooks that facts are from, each once, and for each fact its webhook's place (from 1): a
/// call has 17 facts and mostly two or three webhooks.
class SourceList {
 public:
  void add(const Source* source) {
    if (started_) places_ += ',';
    started_ = true;
    if (source == nullptr) return;
    auto found = std::find(sources_.begin(), sources_.end(), *source);
    if (found == sources_.end()) found = sources_.insert(found, *source);
    places_ += std::to_string(found - sources_.begin() + 1);
  }
  [[nodiscard]] std::string sources() const {
    std::string text;
    for (const auto& source : sources_) text += (text.empty() ? "" : ",") + text_of(source);
    return text;
  }
  [[nodiscard]] const std::string& places() const { return places_; }

 private:
  std::vector<Source> sources_;
  std::string places_;
  bool started_ = false;
};

SourceList sources_of(const CallState& state) {
  SourceList list;
  for_each_fact([&](const auto& known) { list.add(known ? &known->source : nullptr); },
                state.facts);
  list.add(state.transcript ? &*state.transcript : nullptr);
  list.add(state.analysis ? &*state.analysis : nullptr);
  list.add(state.cost ? &state.cost->source : nullptr);
  return list;
}

/// The inverse: asked for one fact after the other.
class SourceReader {
 public:
  SourceReader(std::string_view sources, std::string_view places) : places_(split(places, ',')) {
    for (const auto text : split(sources, ',')) sources_.push_back(source_of(text));
  }
  std::optional<Source> next() {
    const auto place = places_.at(next_++);
    if (place.empty()) return std::nullopt;
    return sources_.at(static_cast<std::size_t>(integer(place)) - 1);
  }

 private:
  std::vector<std::string_view> places_;
  std::vector<Source> sources_;
  std::size_t next_ = 0;
};

}  // namespace

postgres::RowWriter call_state_rows() {
  return {"call_processing.call_state",
          {{"call_no", "bigint"},
           {"first_seen_month", "date"},
           {"tenant_id", "text"},
           {"lifecycle", "text"},
           {"version", "bigint"},
           {"started_told", "boolean"},
           {"ended_told", "boolean"},
           {"not_connected_told", "boolean"},
           {"call_type", "text"},
           {"direction", "text"},
           {"call_status", "text"},
           {"agent_id", "text"},
           {"agent_version", "bigint"},
           {"from_number", "text"},
           {"to_number", "text"},
           {"started_at_ms", "bigint"},
           {"ended_at_ms", "bigint"},
           {"transfer_ended_at_ms", "bigint"},
           {"provider_duration_ms", "bigint"},
           {"disconnection_reason", "text"},
           {"recording_url", "text"},
           {"recording_multi_channel_url", "text"},
           {"duration_ms", "bigint"},
           {"cost_total_usd", "numeric"},
           {"cost_seconds", "numeric"},
           {"cost_items", "integer"},
           {"sources", "text", "string_to_array(sources, ',')"},
           {"fact_sources", "text", "string_to_array(fact_sources, ',', '')::smallint[]"},
           {"costs_told", "text", "string_to_array(costs_told, ',')"},
           {"analyses_told", "text", "string_to_array(analyses_told, ',')"}}};
}

void add_state(postgres::RowWriter& rows, const Call& call, const CallPlace& place) {
  const auto& state = call.state();
  rows.add(std::to_string(place.number));
  rows.add(place.month);
  rows.add(state.tenant.str());
  rows.add(to_string(call.lifecycle()));
  rows.add(cell(state.version));
  rows.add(flag(state.told.started));
  rows.add(flag(state.told.ended));
  rows.add(flag(state.told.not_connected));
  for_each_fact([&](const auto& known) { rows.add(known ? Cell(cell(known->value)) : Cell()); },
                state.facts);
  const auto duration = call.duration();
  rows.add(duration ? Cell(cell(*duration)) : Cell());
  const auto& cost = state.cost;
  rows.add(cost ? Cell(cost->total.to_string()) : Cell());
  rows.add(cost ? Cell(cost->provider_seconds.to_string()) : Cell());
  rows.add(cost ? Cell(std::to_string(cost->item_count)) : Cell());
  const auto sources = sources_of(state);
  rows.add(sources.sources());
  rows.add(sources.places());
  rows.add(join(state.costs_told));
  rows.add(join(state.analyses_told));
}

std::string_view call_state_columns() {
  return "call_no, tenant_id, version, started_told, ended_told, not_connected_told, call_type, "
         "direction, call_status, agent_id, agent_version, from_number, to_number, "
         "started_at_ms, "
         "ended_at_ms, transfer_ended_at_ms, provider_duration_ms, disconnection_reason, "
         "recording_url, recording_multi_channel_url, cost_total_usd, cost_seconds, cost_items, "
         "array_to_string(sources, ','), array_to_string(fact_sources, ',', ''), "
         "array_to_string(costs_told, ','), array_to_string(analyses_told, ','), "
         "(SELECT call_id FROM call_processing.call WHERE call.call_no = call_state.call_no)";
}

CallState state_of(const postgres::Rows& rows, std::size_t row) {
  constexpr std::size_t first_fact = 6;
  constexpr std::size_t after_facts = 20;
  CallState state;
  state.id = CallId(std::string(rows.text(row, 27)));
  state.tenant = TenantId(std::string(rows.text(row, 1)));
  state.version = rows.integer(row, 2);
  state.told = {rows.text(row, 3) == "t", rows.text(row, 4) == "t", rows.text(row, 5) == "t"};
  SourceReader sources(rows.text(row, after_facts + 3), rows.text(row, after_facts + 4));
  std::size_t column = first_fact;
  for_each_fact(
      [&](auto& known) {
        const auto text = rows.at(row, column++);
        const auto source = sources.next();
        if (!text || !source) return;
        known.emplace();
        known->source = *source;
        read(*text, known->value);
      },
      state.facts);
  state.transcript = sources.next();
  state.analysis = sources.next();
  if (const auto source = sources.next()) {
    state.cost = CostStanding{*source, Decimal::parse(rows.text(row, after_facts + 1)).value(),
                              static_cast<std::size_t>(rows.integer(row, after_facts + 2)),
                              Decimal::parse(rows.text(row, after_facts)).value()};
  }
  state.costs_told = digests(rows.text(row, after_facts + 5));
  state.analyses_told = digests(rows.text(row, after_facts + 6));
  return state;
}

}  // namespace hookswitch::call_processing
