#include "adapters/billing_rows.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace hookswitch::billing {
namespace {

using Cell = std::optional<std::string>;

template <class T>
Cell number(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return std::to_string(*value);
}

Uuid uuid_at(const postgres::Rows& rows, std::size_t row, std::size_t column) {
  const auto id = Uuid::parse(rows.text(row, column));
  if (!id) throw std::logic_error("billing.usage holds no UUID where there should be one");
  return *id;
}

std::vector<Uuid> uuids(std::string_view text) {
  std::vector<Uuid> all;
  while (!text.empty()) {
    const auto end = text.find(',');
    const auto id = Uuid::parse(text.substr(0, end));
    if (!id) throw std::logic_error("billing.usage.charges_told holds no UUIDs");
    all.push_back(*id);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return all;
}

std::string joined(const std::vector<Uuid>& ids) {
  std::string text;
  for (const auto& id : ids) text += (text.empty() ? "" : ",") + id.to_string();
  return text;
}

/// Reads one row's cells one after the other.
class Cells {
 public:
  Cells(const postgres::Rows& rows, std::size_t row) : rows_(rows), row_(row) {}

  std::string text() { return std::string(rows_.text(row_, next_++)); }
  std::int64_t integer() { return rows_.integer(row_, next_++); }
  std::int32_t small() { return static_cast<std::int32_t>(integer()); }
  TimePoint instant() { return from_epoch_ms(integer()); }
  Uuid uuid() { return uuid_at(rows_, row_, next_++); }
  [[nodiscard]] bool is_null() const { return !rows_.at(row_, next_); }
  void skip(std::size_t cells) { next_ += cells; }

 private:
  const postgres::Rows& rows_;
  std::size_t row_;
  std::size_t next_ = 0;
};

std::optional<CallOver> over_of(Cells& cells) {
  if (cells.is_null()) {
    cells.skip(3);
    return std::nullopt;
  }
  CallOver over;
  over.connected = cells.text() == "t";
  over.ended_at = cells.instant();
  if (cells.is_null()) {
    cells.skip(1);
  } else {
    over.duration = Milliseconds{cells.integer()};
  }
  return over;
}

std::optional<KnownCost> cost_of(Cells& cells) {
  if (cells.is_null()) {
    cells.skip(5);
    return std::nullopt;
  }
  KnownCost cost;
  cost.revision = cells.small();
  cost.event = cells.uuid();
  cost.cost.rounded.currency = CurrencyCode(cells.text());
  cost.cost.total = Decimal::parse(cells.text()).value();
  cost.cost.rounded.e6 = cells.integer();
  return cost;
}

/// What of a charge is not of the usage: the rest follows from it.
std::optional<Charge> charge_of(Cells& cells, const UsageState& usage) {
  if (cells.is_null()) {
    cells.skip(7);
    return std::nullopt;
  }
  const auto& over = usage.over;
  if (!over) throw std::logic_error("billing.usage has a charge for a call that is not over");
  Charge charge;
  charge.plan = PlanId(cells.text());
  charge.plan_version = cells.small();
  charge.net.currency = CurrencyCode(cells.text());
  charge.net.e6 = cells.integer();
  charge.billable = Milliseconds{cells.integer()};
  charge.increments = cells.integer();
  if (cells.is_null()) {
    cells.skip(1);
  } else {
    charge.margin_e6 = cells.integer();
  }
  charge.quantity = over->duration;
  charge.ended_at = over->ended_at;
  if (usage.cost) charge.cost = usage.cost->cost;
  return charge;
}

}  // namespace

postgres::RowWriter usage_rows() {
  return {"billing.usage",
          {{"usage_id", "uuid"},
           {"tenant_id", "text"},
           {"call_id", "text"},
           {"kind", "text"},
           {"home_topic", "text"},
           {"home_partition", "integer"},
           {"status", "text"},
           {"version", "bigint"},
           {"usage_revision", "integer"},
           {"journal_entries", "bigint"},
           {"connected", "boolean"},
           {"ended_at_ms", "bigint"},
           {"duration_ms", "bigint"},
           {"cost_revision", "integer"},
           {"cost_event", "uuid"},
           {"cost_currency", "text"},
           {"cost_total", "numeric"},
           {"cost_e6", "bigint"},
           {"plan_id", "text"},
           {"plan_version", "integer"},
           {"currency", "text"},
           {"net_e6", "bigint"},
           {"billable_ms", "bigint"},
           {"increments", "bigint"},
           {"margin_e6", "bigint"},
           {"charges_told", "text", "string_to_array(charges_told, ',')::uuid[]"}}};
}

void add_usage(postgres::RowWriter& rows, const Usage& usage, const Home& home) {
  const auto& state = usage.state();
  rows.add(state.id.to_string());
  rows.add(state.tenant.str());
  rows.add(state.call_id.str());
  rows.add("call");
  rows.add(home.topic);
  rows.add(std::to_string(home.partition));
  rows.add(to_string(usage.status()));
  rows.add(std::to_string(state.version));
  rows.add(std::to_string(state.usage_revision));
  rows.add(std::to_string(state.journal_entries));
  const auto& over = state.over;
  rows.add(over ? Cell(over->connected ? "t" : "f") : Cell());
  rows.add(over ? Cell(std::to_string(to_epoch_ms(over->ended_at))) : Cell());
  rows.add(over && over->duration ? Cell(std::to_string(over->duration->count())) : Cell());
  const auto& cost = state.cost;
  rows.add(cost ? Cell(std::to_string(cost->revision)) : Cell());
  rows.add(cost ? Cell(cost->event.to_string()) : Cell());
  rows.add(cost ? Cell(cost->cost.rounded.currency.str()) : Cell());
  rows.add(cost ? Cell(cost->cost.total.to_string()) : Cell());
  rows.add(cost ? Cell(std::to_string(cost->cost.rounded.e6)) : Cell());
  const auto& charge = state.charge;
  rows.add(charge ? Cell(charge->plan.str()) : Cell());
  rows.add(charge ? Cell(std::to_string(charge->plan_version)) : Cell());
  rows.add(charge ? Cell(charge->net.currency.str()) : Cell());
  rows.add(charge ? Cell(std::to_string(charge->net.e6)) : Cell());
  rows.add(charge ? Cell(std::to_string(charge->billable.count())) : Cell());
  rows.add(charge ? Cell(std::to_string(charge->increments)) : Cell());
  rows.add(charge ? number(charge->margin_e6) : Cell());
  rows.add(joined(state.charges_told));
}

std::string_view usage_columns() {
  return "usage_id, tenant_id, call_id, home_topic, home_partition, version, usage_revision, "
         "journal_entries, connected, ended_at_ms, duration_ms, cost_revision, cost_event, "
         "cost_currency, cost_total, cost_e6, plan_id, plan_version, currency, net_e6, "
         "billable_ms, increments, margin_e6, array_to_string(charges_told, ',')";
}

OpenUsage usage_of(const postgres::Rows& rows, std::size_t row) {
  Cells cells(rows, row);
  UsageState state;
  state.id = cells.uuid();
  state.tenant = TenantId(cells.text());
  state.call_id = CallId(cells.text());
  Home home;
  home.topic = cells.text();
  home.partition = cells.small();
  state.version = cells.integer();
  state.usage_revision = cells.small();
  state.journal_entries = cells.integer();
  state.over = over_of(cells);
  state.cost = cost_of(cells);
  state.charge = charge_of(cells, state);
  state.charges_told = uuids(cells.text());
  return {Usage(std::move(state)), std::move(home)};
}

std::string_view plan_columns() {
  return "p.plan_id, p.sequence, p.changed_at_ms, p.gone_at_ms, v.version, v.valid_from_ms, "
         "v.currency, v.per_minute_e6, v.first_increment_s, v.next_increment_s, "
         "v.free_threshold_ms, v.minimum_e6, p.tenant_id";
}

void add_plan_row(const postgres::Rows& rows, std::size_t row, std::map<PlanId, KeptPlan>& plans) {
  Cells cells(rows, row);
  auto& plan = plans[PlanId(cells.text())];
  plan.sequence = cells.integer();
  plan.changed_at = cells.instant();
  if (cells.is_null()) {
    cells.skip(1);
  } else {
    plan.gone_at = cells.instant();
  }
  if (cells.is_null()) return;
  PlanVersion version;
  version.number = cells.small();
  version.valid_from = cells.instant();
  version.terms.currency = CurrencyCode(cells.text());
  version.terms.per_minute_e6 = cells.integer();
  version.terms.first_increment_s = cells.small();
  version.terms.next_increment_s = cells.small();
  version.terms.free_threshold = Milliseconds{cells.integer()};
  version.terms.minimum_e6 = cells.integer();
  plan.versions.push_back(std::move(version));
}

}  // namespace hookswitch::billing
