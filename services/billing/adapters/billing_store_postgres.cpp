#include "adapters/billing_store_postgres.hpp"

#include "adapters/billing_rows.hpp"

#include <algorithm>
#include <utility>

namespace hookswitch::billing {
namespace {

std::string_view reason(RepricingCause cause) {
  switch (cause) {
    case RepricingCause::provider_cost:
      return "provider_cost";
    case RepricingCause::price_plan:
      return "price_plan";
    case RepricingCause::usage:
      return "usage";
  }
  return "unknown";
}

/// Calls `write(usage, emission, event)` for each event of that type.
template <class Event, class Write>
void for_each_told(std::span<const ChangedUsage> usages, Write&& write) {
  for (const auto& changed : usages) {
    for (const auto& emission : changed.told) {
      if (const auto* event = std::get_if<Event>(&emission.event)) {
        write(changed.usage->state(), emission, *event);
      }
    }
  }
}

void add_charge(postgres::RowWriter& rows, const UsageState& usage, const Emission& told,
                const ChargeRevision& revision, const Charge& charge, std::string_view why) {
  const auto& cost = charge.cost;
  const auto of_cost = [&](auto text) {
    return cost ? std::optional<std::string>(text(*cost)) : std::nullopt;
  };
  rows.add(usage.id.to_string());
  rows.add(std::to_string(revision.number));
  rows.add(usage.tenant.str());
  rows.add(told.cause.to_string());
  rows.add(why);
  rows.add(charge.plan.str());
  rows.add(std::to_string(charge.plan_version));
  rows.add(charge.net.currency.str());
  rows.add(std::to_string(charge.net.e6));
  rows.add(std::to_string(charge.billable.count()));
  rows.add(std::to_string(charge.increments));
  rows.add(of_cost([](const auto& known) { return known.rounded.currency.str(); }));
  rows.add(of_cost([](const auto& known) { return known.total.to_string(); }));
  rows.add(of_cost([](const auto& known) { return std::to_string(known.rounded.e6); }));
  rows.add(charge.margin_e6 ? std::optional(std::to_string(*charge.margin_e6)) : std::nullopt);
}

}  // namespace

std::map<TenantId, TenantPlans> BillingStorePostgres::open_plans(
    const std::set<TenantId>& pricing, const std::set<TenantId>& changing) {
  auto companies = pricing;
  companies.insert(changing.begin(), changing.end());
  lock_companies(companies, changing);
  std::vector<std::string> names;
  names.reserve(companies.size());
  for (const auto& company : companies) names.push_back(company.str());
  // A statement of its own, so that it sees what was committed before the locks were given.
  const auto rows =
      transaction_.execute("SELECT " + std::string(plan_columns()) +
                               " FROM billing.price_plan p LEFT JOIN billing.price_plan_version v"
                               " USING (tenant_id, plan_id) WHERE p.tenant_id = ANY($1::text[])"
                               " ORDER BY p.tenant_id, p.plan_id, v.version",
                           {postgres::array_literal(names)});
  std::map<TenantId, std::map<PlanId, KeptPlan>> plans;
  for (const auto& company : companies) plans[company];
  constexpr std::size_t tenant_column = 12;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    add_plan_row(rows, row, plans[TenantId(std::string(rows.text(row, tenant_column)))]);
  }
  std::map<TenantId, TenantPlans> opened;
  for (auto& [company, of_company] : plans) {
    opened.emplace(company, TenantPlans(std::move(of_company)));
  }
  return opened;
}

// unnest gives the companies in the order of the array, which is that of their names.
void BillingStorePostgres::lock_companies(const std::set<TenantId>& companies,
                                          const std::set<TenantId>& changing) {
  std::vector<std::string> names;
  std::vector<std::string> exclusive;
  for (const auto& company : companies) {
    names.push_back(company.str());
    exclusive.emplace_back(changing.contains(company) ? "t" : "f");
  }
  transaction_.execute(
      "SELECT CASE WHEN exclusive THEN pg_advisory_xact_lock(key)::text"
      " ELSE pg_advisory_xact_lock_shared(key)::text END"
      " FROM (SELECT exclusive, hashtextextended('hookswitch.billing.plans/' || company, 0) AS key"
      " FROM unnest($1::text[], $2::boolean[]) AS given(company, exclusive)) AS keys",
      {postgres::array_literal(names), postgres::array_literal(exclusive)});
}

void BillingStorePostgres::save_plans(const TenantId& tenant, const TenantPlans& plans) {
  postgres::RowWriter heads("billing.price_plan", {{"tenant_id", "text"},
                                                   {"plan_id", "text"},
                                                   {"sequence", "bigint"},
                                                   {"changed_at_ms", "bigint"},
                                                   {"gone_at_ms", "bigint"}});
  postgres::RowWriter versions("billing.price_plan_version", {{"tenant_id", "text"},
                                                              {"plan_id", "text"},
                                                              {"version", "integer"},
                                                              {"valid_from_ms", "bigint"},
                                                              {"currency", "text"},
                                                              {"per_minute_e6", "bigint"},
                                                              {"first_increment_s", "integer"},
                                                              {"next_increment_s", "integer"},
                                                              {"free_threshold_ms", "bigint"},
                                                              {"minimum_e6", "bigint"}});
  for (const auto& one : plans.plans()) {
    const auto& id = one.first;
    const auto& plan = one.second;
    heads.add(tenant.str());
    heads.add(id.str());
    heads.add(std::to_string(plan.sequence));
    heads.add(std::to_string(to_epoch_ms(plan.changed_at)));
    heads.add(plan.gone_at ? std::optional(std::to_string(to_epoch_ms(*plan.gone_at)))
                           : std::nullopt);
    for (const auto& version : plan.versions) {
      versions.add(tenant.str());
      versions.add(id.str());
      versions.add(std::to_string(version.number));
      versions.add(std::to_string(to_epoch_ms(version.valid_from)));
      versions.add(version.terms.currency.str());
      versions.add(std::to_string(version.terms.per_minute_e6));
      versions.add(std::to_string(version.terms.first_increment_s));
      versions.add(std::to_string(version.terms.next_increment_s));
      versions.add(std::to_string(version.terms.free_threshold.count()));
      versions.add(std::to_string(version.terms.minimum_e6));
    }
  }
  heads.write(transaction_, heads.replacing(2));
  transaction_.queue("DELETE FROM billing.price_plan_version WHERE tenant_id = $1::text",
                     {tenant.str()});
  versions.write(transaction_);
}

// Who makes a usage waits here for whoever is making the same one, and then finds it in the last
// statement, which reads the rows with their locks.
std::map<UsageKey, OpenUsage> BillingStorePostgres::open_usages(
    const std::map<UsageKey, Home>& keys, std::span<const AffectedCalls> affected) {
  make_missing(keys);
  auto ids = ids_of(affected);
  for (const auto& [key, home] : keys) {
    ids.push_back(call_usage_id(key.tenant, key.call_id).to_string());
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::map<UsageKey, OpenUsage> opened;
  if (ids.empty()) return opened;
  const auto rows = transaction_.execute("SELECT " + std::string(usage_columns()) +
                                             " FROM billing.usage WHERE usage_id = ANY($1::uuid[])"
                                             " ORDER BY usage_id FOR UPDATE",
                                         {postgres::array_literal(ids)});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    auto open = usage_of(rows, row);
    UsageKey key{open.usage.state().tenant, open.usage.state().call_id};
    opened.emplace(std::move(key), std::move(open));
  }
  return opened;
}

void BillingStorePostgres::make_missing(const std::map<UsageKey, Home>& keys) {
  std::map<Uuid, const std::pair<const UsageKey, Home>*> by_id;
  for (const auto& key : keys) {
    by_id.emplace(call_usage_id(key.first.tenant, key.first.call_id), &key);
  }
  postgres::RowWriter rows("billing.usage", {{"usage_id", "uuid"},
                                             {"tenant_id", "text"},
                                             {"call_id", "text"},
                                             {"kind", "text"},
                                             {"home_topic", "text"},
                                             {"home_partition", "integer"}});
  for (const auto& [id, key] : by_id) {
    rows.add(id.to_string());
    rows.add(key->first.tenant.str());
    rows.add(key->first.call_id.str());
    rows.add("call");
    rows.add(key->second.topic);
    rows.add(std::to_string(key->second.partition));
  }
  rows.write(transaction_, "ON CONFLICT DO NOTHING");
}

std::vector<std::string> BillingStorePostgres::ids_of(std::span<const AffectedCalls> affected) {
  std::vector<std::string> ids;
  if (affected.empty()) return ids;
  std::vector<std::string> companies;
  std::vector<std::int64_t> ended_from;
  for (const auto& one : affected) {
    companies.push_back(one.tenant.str());
    ended_from.push_back(to_epoch_ms(one.ended_from));
  }
  const auto rows = transaction_.execute(
      "SELECT u.usage_id FROM unnest($1::text[], $2::bigint[]) AS a(tenant_id, ended_from)"
      " JOIN billing.usage u ON u.tenant_id = a.tenant_id AND u.ended_at_ms >= a.ended_from",
      {postgres::array_literal(companies), postgres::array_literal(ended_from)});
  for (std::size_t row = 0; row < rows.size(); ++row) ids.emplace_back(rows.text(row, 0));
  return ids;
}

void BillingStorePostgres::save_usages(std::span<const ChangedUsage> usages) {
  auto rows = usage_rows();
  for (const auto& changed : usages) add_usage(rows, *changed.usage, *changed.home);
  rows.write(transaction_, rows.replacing(1));
  save_usage_revisions(usages);
  save_charge_revisions(usages);
  save_journal(usages);
}

void BillingStorePostgres::save_usage_revisions(std::span<const ChangedUsage> usages) {
  postgres::RowWriter rows("billing.usage_revision", {{"usage_id", "uuid"},
                                                      {"revision", "integer"},
                                                      {"tenant_id", "text"},
                                                      {"cause", "uuid"},
                                                      {"connected", "boolean"},
                                                      {"ended_at_ms", "bigint"},
                                                      {"duration_ms", "bigint"}});
  for_each_told<UsageRecorded>(usages, [&](const auto& usage, const auto& told, const auto& event) {
    rows.add(usage.id.to_string());
    rows.add(std::to_string(event.revision));
    rows.add(usage.tenant.str());
    rows.add(told.cause.to_string());
    rows.add(event.over.connected ? "t" : "f");
    rows.add(std::to_string(to_epoch_ms(event.over.ended_at)));
    rows.add(event.over.duration ? std::optional(std::to_string(event.over.duration->count()))
                                 : std::nullopt);
  });
  rows.write(transaction_);
}

void BillingStorePostgres::save_charge_revisions(std::span<const ChangedUsage> usages) {
  postgres::RowWriter rows("billing.charge_revision", {{"usage_id", "uuid"},
                                                       {"revision", "integer"},
                                                       {"tenant_id", "text"},
                                                       {"cause", "uuid"},
                                                       {"reason", "text"},
                                                       {"plan_id", "text"},
                                                       {"plan_version", "integer"},
                                                       {"currency", "text"},
                                                       {"net_e6", "bigint"},
                                                       {"billable_ms", "bigint"},
                                                       {"increments", "bigint"},
                                                       {"cost_currency", "text"},
                                                       {"cost_total", "numeric"},
                                                       {"cost_e6", "bigint"},
                                                       {"margin_e6", "bigint"}});
  for_each_told<ChargePriced>(usages, [&](const auto& usage, const auto& told, const auto& event) {
    add_charge(rows, usage, told, event.revision, event.charge, "priced");
  });
  for_each_told<ChargeRepriced>(
      usages, [&](const auto& usage, const auto& told, const auto& event) {
        add_charge(rows, usage, told, event.revision, event.charge, reason(event.cause));
      });
  rows.write(transaction_);
}

void BillingStorePostgres::save_journal(std::span<const ChangedUsage> usages) {
  postgres::RowWriter rows("billing.journal_line", {{"usage_id", "uuid"},
                                                    {"entry", "bigint"},
                                                    {"line", "smallint"},
                                                    {"tenant_id", "text"},
                                                    {"cause", "uuid"},
                                                    {"account", "text"},
                                                    {"currency", "text"},
                                                    {"amount_e6", "bigint"}});
  for (const auto& changed : usages) {
    const auto& usage = changed.usage->state();
    for (const auto& entry : changed.usage->new_entries()) {
      for (std::size_t line = 0; line < entry.lines.size(); ++line) {
        rows.add(usage.id.to_string());
        rows.add(std::to_string(entry.number));
        rows.add(std::to_string(line + 1));
        rows.add(usage.tenant.str());
        rows.add(entry.cause.to_string());
        rows.add(to_string(entry.lines[line].account));
        rows.add(entry.lines[line].amount.currency.str());
        rows.add(std::to_string(entry.lines[line].amount.e6));
      }
    }
  }
  rows.write(transaction_);
}

}  // namespace hookswitch::billing
