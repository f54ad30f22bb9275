#include "adapters/call_store_postgres.hpp"

#include "adapters/call_rows.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace hookswitch::call_processing {
namespace {

std::string month_of(TimePoint instant) { return format_rfc3339(instant).substr(0, 7) + "-01"; }

std::optional<std::string> text_of(const std::optional<Decimal>& value) {
  if (!value) return std::nullopt;
  return value->to_string();
}

std::optional<std::string> text_of(const std::optional<bool>& value) {
  if (!value) return std::nullopt;
  return *value ? "t" : "f";
}

/// A table whose rows begin with whose they are; add_call() adds that.
postgres::RowWriter rows_of_calls(std::string_view table,
                                  std::vector<postgres::RowWriter::Column> others) {
  std::vector<postgres::RowWriter::Column> columns{
      {"call_no", "bigint"}, {"first_seen_month", "date"}, {"tenant_id", "text"}};
  columns.insert(columns.end(), others.begin(), others.end());
  return {table, std::move(columns)};
}

void add_call(postgres::RowWriter& rows, const CallState& call, const CallPlace& place) {
  rows.add(std::to_string(place.number));
  rows.add(place.month);
  rows.add(call.tenant.str());
}

/// revision, webhook_id, content_sha256
void add_revision(postgres::RowWriter& rows, const Emission& told, const Revision& revision) {
  rows.add(std::to_string(revision.number));
  rows.add(told.cause.to_string());
  rows.add(revision.digest.str());
}

std::string lock_states_where(std::string_view month) {
  return "SELECT " + std::string(call_state_columns()) +
         " FROM call_processing.call_state WHERE call_no = ANY($1::bigint[])"
         " AND first_seen_month = " +
         std::string(month) + " ORDER BY call_no FOR UPDATE";
}

/// Calls `write(call, emission, event)` for each event of that type.
template <class Event, class Write>
void for_each_told(std::span<const ChangedCall> calls, Write&& write) {
  for (const auto& changed : calls) {
    for (const auto& emission : changed.told) {
      if (const auto* event = std::get_if<Event>(&emission.event)) {
        write(changed.call->state(), emission, *event);
      }
    }
  }
}

}  // namespace

// All or none: known calls locked before others are made, or looked for, would be another order
// than that of who knows none of them.
void CallStorePostgres::foresee(std::span<const CallId> calls) {
  std::map<CallId, CallPlace> places;
  for (const auto& call : calls) {
    const auto place = known_.find(call);
    if (!place) return;
    places.emplace(call, *place);
  }
  if (places.empty()) return;
  places_ = std::move(places);
  for (const auto& [call, place] : places_) asked_calls_.push_back(call);
  auto [sql, parameters] = lock_states_statement(asked_calls_);
  asked_ = transaction_.ask(std::move(sql), std::move(parameters));
}

std::vector<Result<Call>> CallStorePostgres::open(std::span<const CallKey> keys, TimePoint now) {
  auto loaded = foreseen();
  std::vector<CallKey> others;
  for (const auto& key : keys) {
    if (!loaded.contains(key.call_id)) others.push_back(key);
  }
  if (!others.empty()) loaded.merge(find_and_load(others, now));

  std::vector<Result<Call>> calls;
  calls.reserve(keys.size());
  for (const auto& key : keys) {
    if (const auto place = places_.find(key.call_id); place != places_.end()) {
      known_.remember(key.call_id, place->second);
    }
    if (made_.contains(key.call_id)) {
      calls.emplace_back(Call::first_seen(key.call_id, key.tenant));
    } else if (const auto found = loaded.find(key.call_id); found != loaded.end()) {
      calls.emplace_back(Call(std::move(found->second)));
    } else {
      calls.emplace_back(forgotten_.contains(key.call_id) ? forgotten() : not_yours());
    }
  }
  return calls;
}

std::map<CallId, CallState> CallStorePostgres::foreseen() {
  std::map<CallId, CallState> states;
  if (!asked_) return states;
  take_states(asked_->rows(), states);
  for (const auto& call : asked_calls_) {
    if (!states.contains(call)) places_.erase(call);
  }
  return states;
}

// Who makes a call waits here for whoever is making the same one, and then finds it in a second
// statement. A call that cannot be made and still is not to be seen then is another tenant's. The
// state is read only after, and with, its lock: read along with the wait, it could be older than
// the lock.
std::map<CallId, CallState> CallStorePostgres::find_and_load(std::span<const CallKey> keys,
                                                             TimePoint now) {
  auto known = find_or_make(keys, month_of(now));
  std::vector<std::string> elsewhere;
  for (const auto& key : keys) {
    if (!places_.contains(key.call_id)) elsewhere.push_back(key.call_id.str());
  }
  if (!elsewhere.empty()) {
    const auto others = find(elsewhere);
    known.insert(known.end(), others.begin(), others.end());
  }
  return load(std::move(known));
}

std::vector<CallKey> CallStorePostgres::find_or_make(std::span<const CallKey> keys,
                                                     const std::string& this_month) {
  std::vector<std::string> ids;
  std::vector<std::string> tenants;
  for (const auto& key : keys) {
    ids.push_back(key.call_id.str());
    tenants.push_back(key.tenant.str());
  }
  // What is known is not even tried: each try would draw a number, and look twice.
  const auto rows = transaction_.execute(
      "WITH known AS (SELECT call_id, call_no, first_seen_month, tenant_id FROM"
      " call_processing.call WHERE call_id = ANY($1::text[])),"
      " made AS (INSERT INTO call_processing.call (call_id, tenant_id, first_seen_month)"
      " SELECT call_id, tenant_id, $3::date FROM unnest($1::text[], $2::text[])"
      " WITH ORDINALITY AS given(call_id, tenant_id, place)"
      " WHERE call_id NOT IN (SELECT call_id FROM known) ORDER BY place"
      " ON CONFLICT ON CONSTRAINT call_id_once DO NOTHING RETURNING call_id, call_no)"
      " SELECT call_id, call_no, first_seen_month, tenant_id FROM known"
      " UNION ALL SELECT call_id, call_no, NULL, NULL FROM made",
      {postgres::array_literal(ids), postgres::array_literal(tenants), this_month});
  std::vector<CallKey> known;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.at(row, 3)) {
      known.push_back(remember(rows, row));
    } else {
      const CallId id(std::string(rows.text(row, 0)));
      places_[id] = {rows.integer(row, 1), this_month};
      made_.insert(id);
    }
  }
  return known;
}

std::vector<CallKey> CallStorePostgres::find(const std::vector<std::string>& ids) {
  const auto rows = transaction_.execute(
      "SELECT call_id, call_no, first_seen_month, tenant_id FROM call_processing.call"
      " WHERE call_id = ANY($1::text[])",
      {postgres::array_literal(ids)});
  std::vector<CallKey> found;
  for (std::size_t row = 0; row < rows.size(); ++row) found.push_back(remember(rows, row));
  return found;
}

CallKey CallStorePostgres::remember(const postgres::Rows& rows, std::size_t row) {
  CallId id(std::string(rows.text(row, 0)));
  places_[id] = {rows.integer(row, 1), std::string(rows.text(row, 2))};
  return {std::move(id), TenantId(std::string(rows.text(row, 3)))};
}

std::map<CallId, CallState> CallStorePostgres::load(std::vector<CallKey> known) {
  std::map<CallId, CallState> states;
  if (known.empty()) return states;
  std::sort(known.begin(), known.end(), [&](const CallKey& a, const CallKey& b) {
    return places_.at(a.call_id).number < places_.at(b.call_id).number;
  });
  lock_states(known, states);
  if (states.size() == known.size()) return states;
  // Visible, so of the batch's tenants, but without a state: forgotten, or all that was said of it
  // was refused. The row is made before it is used, so that two that find it missing wait for each
  // other.
  const auto before = forgotten_before();
  auto missing = call_state_rows();
  for (const auto& key : known) {
    if (states.contains(key.call_id)) continue;
    const auto& place = places_.at(key.call_id);
    if (place.month < before) {
      forgotten_.insert(key.call_id);
    } else {
      add_state(missing, Call::first_seen(key.call_id, key.tenant), place);
    }
  }
  missing.write(transaction_, "ON CONFLICT DO NOTHING");
  lock_states(known, states);
  return states;
}

void CallStorePostgres::lock_states(const std::vector<CallKey>& known,
                                    std::map<CallId, CallState>& states) {
  std::vector<CallId> calls;
  calls.reserve(known.size());
  for (const auto& key : known) calls.push_back(key.call_id);
  const auto [sql, parameters] = lock_states_statement(calls);
  take_states(transaction_.execute(sql, parameters), states);
}

// The months, too, so that PostgreSQL goes straight to the partitions that hold the rows. A kept
// plan can do that for one month, and leaves the others alone; not for an array of them.
std::pair<std::string, std::vector<postgres::Parameter>> CallStorePostgres::lock_states_statement(
    std::span<const CallId> calls) const {
  static const std::string of_one_month = lock_states_where("$2::date");
  static const std::string of_months = lock_states_where("ANY($2::date[])");
  std::vector<std::string> numbers;
  std::set<std::string> months;
  numbers.reserve(calls.size());
  for (const auto& call : calls) {
    const auto& place = places_.at(call);
    numbers.push_back(std::to_string(place.number));
    months.insert(place.month);
  }
  auto calls_array = postgres::array_literal(numbers);
  if (months.size() == 1) return {of_one_month, {std::move(calls_array), *months.begin()}};
  const std::vector<std::string> all(months.begin(), months.end());
  return {of_months, {std::move(calls_array), postgres::array_literal(all)}};
}

void CallStorePostgres::take_states(const postgres::Rows& rows,
                                    std::map<CallId, CallState>& states) const {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    auto state = state_of(rows, row);
    const auto place = places_.find(state.id);
    if (place == places_.end() || place->second.number != rows.integer(row, 0)) continue;
    states.insert_or_assign(place->first, std::move(state));
  }
}

std::string CallStorePostgres::forgotten_before() {
  const auto rows = transaction_.execute("SELECT before FROM call_processing.forgotten");
  return std::string(rows.empty() ? "0001-01-01" : rows.text(0, 0));
}

void CallStorePostgres::save(std::span<const ChangedCall> calls) {
  std::vector<postgres::Insert> inserts;
  inserts.push_back(states_of(calls));
  inserts.push_back(costs_of(calls));
  inserts.push_back(cost_items_of(calls));
  inserts.push_back(analyses_of(calls));
  inserts.push_back(transcripts_of(calls));
  postgres::RowWriter::write_together(transaction_, inserts);
}

postgres::Insert CallStorePostgres::states_of(std::span<const ChangedCall> calls) const {
  auto rows = call_state_rows();
  for (const auto& changed : calls) {
    add_state(rows, *changed.call, places_.at(changed.call->state().id));
  }
  auto then = rows.replacing(2);
  return {std::move(rows), std::move(then)};
}

postgres::Insert CallStorePostgres::costs_of(std::span<const ChangedCall> calls) const {
  auto rows = rows_of_calls("call_processing.call_cost", {{"revision", "integer"},
                                                          {"webhook_id", "uuid"},
                                                          {"content_sha256", "text"},
                                                          {"total_usd", "numeric"},
                                                          {"provider_seconds", "numeric"}});
  for_each_told<CallCostReported>(calls,
                                  [&](const auto& call, const auto& told, const auto& event) {
                                    add_call(rows, call, places_.at(call.id));
                                    add_revision(rows, told, event.revision);
                                    rows.add(event.cost.total.to_string());
                                    rows.add(text_of(event.cost.provider_seconds));
                                  });
  return {std::move(rows)};
}

postgres::Insert CallStorePostgres::cost_items_of(std::span<const ChangedCall> calls) const {
  auto rows = rows_of_calls("call_processing.call_cost_item", {{"revision", "integer"},
                                                               {"position", "integer"},
                                                               {"product", "text"},
                                                               {"cost_usd", "numeric"},
                                                               {"unit_price_usd", "numeric"},
                                                               {"transfer_leg", "boolean"}});
  for_each_told<CallCostReported>(calls, [&](const auto& call, const auto&, const auto& event) {
    for (std::size_t i = 0; i < event.cost.items.size(); ++i) {
      const auto& item = event.cost.items[i];
      add_call(rows, call, places_.at(call.id));
      rows.add(std::to_string(event.revision.number));
      rows.add(std::to_string(i + 1));
      rows.add(item.product);
      rows.add(item.cost.to_string());
      rows.add(text_of(item.unit_price));
      rows.add(text_of(std::optional(item.transfer_leg)));
    }
  });
  return {std::move(rows)};
}

postgres::Insert CallStorePostgres::analyses_of(std::span<const ChangedCall> calls) const {
  auto rows = rows_of_calls("call_processing.call_analysis", {{"revision", "integer"},
                                                              {"webhook_id", "uuid"},
                                                              {"content_sha256", "text"},
                                                              {"summary", "text"},
                                                              {"user_sentiment", "text"},
                                                              {"call_successful", "boolean"},
                                                              {"in_voicemail", "boolean"},
                                                              {"custom_json", "text"}});
  for_each_told<CallAnalyzed>(calls, [&](const auto& call, const auto& told, const auto& event) {
    add_call(rows, call, places_.at(call.id));
    add_revision(rows, told, event.revision);
    rows.add(event.analysis.summary);
    rows.add(event.analysis.user_sentiment);
    rows.add(text_of(event.analysis.call_successful));
    rows.add(text_of(event.analysis.in_voicemail));
    rows.add(event.analysis.custom_json);
  });
  return {std::move(rows)};
}

postgres::Insert CallStorePostgres::transcripts_of(std::span<const ChangedCall> calls) const {
  auto rows = rows_of_calls("call_processing.call_transcript",
                            {{"webhook_id", "uuid"}, {"transcript_json", "text"}});
  std::size_t bytes = 0;
  for (const auto& changed : calls) bytes += changed.call->new_transcript().value_or("").size();
  rows.reserve("transcript_json", calls.size(), bytes);
  for (const auto& changed : calls) {
    const auto transcript = changed.call->new_transcript();
    if (!transcript) continue;
    const auto& call = changed.call->state();
    if (!call.transcript) throw std::logic_error("a new transcript that its call does not have");
    add_call(rows, call, places_.at(call.id));
    rows.add(call.transcript->webhook.to_string());
    rows.add(*transcript);
  }
  auto then = rows.replacing(2);
  return {std::move(rows), std::move(then)};
}

}  // namespace hookswitch::call_processing
