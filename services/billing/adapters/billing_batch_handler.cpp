#include "adapters/billing_batch_handler.hpp"

#include "adapters/call_facts.hpp"
#include "adapters/event_mapping.hpp"
#include "adapters/plan_records.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace hookswitch::billing {
namespace {

using messaging::Delivery;
using messaging::Handled;
using messaging::Ignored;
using messaging::Outcome;
using messaging::Refused;

/// A delivery that is to be applied, and where its outcome goes.
struct CallWork {
  std::size_t place = 0;
  CallUseCase use_case = nullptr;
  CallFact fact;
};
struct PlanWork {
  std::size_t place = 0;
  PlanUseCase use_case = nullptr;
  PlanRecord record;
};
using Work = std::variant<CallWork, PlanWork>;

struct OpenedUsage {
  OpenUsage open;
  std::vector<Emission> told;
};

UsageKey key_of(const CallFact& fact) { return {fact.tenant, fact.call_id}; }

template <class Read, class Make>
void read_into(std::vector<Work>& work, Outcome& outcome, Read&& read, Make&& make) {
  auto said = read();
  if (said) {
    work.emplace_back(make(*std::move(said)));
  } else {
    outcome = Refused{said.error()};
  }
}

/// Reads every delivery; what is ignored or refused has its outcome already.
std::vector<Work> read_all(std::span<const Subscription> subscriptions,
                           std::span<const Delivery> deliveries, std::vector<Outcome>& outcomes) {
  std::vector<Work> work;
  work.reserve(deliveries.size());
  for (std::size_t place = 0; place < deliveries.size(); ++place) {
    const auto& delivery = deliveries[place];
    for (const auto& line : subscriptions) {
      if (line.topic != delivery.topic || line.type != delivery.envelope.type) continue;
      if (const auto* of_call = std::get_if<CallUseCase>(&line.use_case)) {
        read_into(
            work, outcomes[place], [&] { return call_fact(delivery); },
            [&](CallFact fact) {
              return CallWork{place, *of_call, std::move(fact)};
            });
      } else {
        read_into(
            work, outcomes[place], [&] { return plan_record(delivery); },
            [&](PlanRecord record) {
              return PlanWork{place, std::get<PlanUseCase>(line.use_case), std::move(record)};
            });
      }
    }
  }
  return work;
}

/// One batch inside its transaction.
class BatchOfBilling {
 public:
  BatchOfBilling(BillingStore& store, std::span<const Delivery> deliveries,
                 const BillingProbe& probe)
      : store_(store), deliveries_(deliveries), probe_(probe) {}

  void open(const std::vector<Work>& work) {
    std::set<TenantId> pricing;
    std::set<TenantId> changing;
    std::map<UsageKey, Home> keys;
    for (const auto& one : work) {
      if (const auto* of_call = std::get_if<CallWork>(&one)) {
        pricing.insert(of_call->fact.tenant);
        const auto& input = deliveries_[of_call->place].input;
        keys.try_emplace(key_of(of_call->fact), Home{input.topic, input.partition});
      } else {
        changing.insert(std::get<PlanWork>(one).record.tenant);
      }
    }
    plans_ = store_.open_plans(pricing, changing);
    for (auto& [key, open] : store_.open_usages(keys, affected_by(work))) {
      usages_.emplace(key, OpenedUsage{std::move(open), {}});
    }
  }

  Outcome apply(const CallWork& work) {
    auto& usage = usages_.at(key_of(work.fact));
    Handled handled;
    emit(usage, work.use_case(usage.open.usage, work.fact, plans_[work.fact.tenant]),
         deliveries_[work.place], handled);
    return handled;
  }

  Outcome apply(const PlanWork& work) {
    const auto& tenant = work.record.tenant;
    auto& plans = plans_[tenant];
    Handled handled;
    changed_plans_.insert(tenant);  // a newer record may price every call as before
    const auto changed_from = work.use_case(plans, work.record);
    if (changed_from.has_value()) price_anew(tenant, plans, deliveries_[work.place], handled);
    return handled;
  }

  void save() {
    for (const auto& tenant : changed_plans_) store_.save_plans(tenant, plans_.at(tenant));
    std::vector<ChangedUsage> changed;
    for (auto& [key, usage] : usages_) {
      if (!usage.open.usage.changed()) continue;
      changed.push_back({&usage.open.usage, &usage.open.home, std::move(usage.told)});
    }
    if (!changed.empty()) store_.save_usages(changed);
  }

 private:
  /// What the batch's plans will concern when their turn comes.
  [[nodiscard]] std::vector<AffectedCalls> affected_by(const std::vector<Work>& work) const {
    auto ahead = plans_;
    std::map<TenantId, TimePoint> ended_from;
    for (const auto& one : work) {
      const auto* of_plan = std::get_if<PlanWork>(&one);
      if (of_plan == nullptr) continue;
      const auto& tenant = of_plan->record.tenant;
      const auto from = of_plan->use_case(ahead[tenant], of_plan->record);
      if (!from) continue;
      const auto known = ended_from.try_emplace(tenant, *from).first;
      known->second = std::min(known->second, *from);
    }
    std::vector<AffectedCalls> affected;
    affected.reserve(ended_from.size());
    for (const auto& [tenant, from] : ended_from) affected.push_back({tenant, from});
    return affected;
  }

  void price_anew(const TenantId& tenant, const TenantPlans& plans, const Delivery& delivery,
                  Handled& handled) {
    for (auto& [key, usage] : usages_) {
      if (key.tenant != tenant) continue;
      emit(usage, usage.open.usage.plans_changed(plans, delivery.envelope.id), delivery, handled);
    }
  }

  void emit(OpenedUsage& usage, std::vector<Emission> told, const Delivery& delivery,
            Handled& handled) {
    const auto& state = usage.open.usage.state();
    const messaging::InputPartition home{usage.open.home.topic, usage.open.home.partition};
    for (auto& emission : told) {
      auto record = to_record(emission, state, delivery.envelope);
      if (home == delivery.input) {
        handled.emitted.push_back(std::move(record));
      } else {
        handled.elsewhere.push_back({home, std::move(record)});
      }
      notice(emission, state);
      usage.told.push_back(std::move(emission));
    }
  }

  void notice(const Emission& emission, const UsageState& state) {
    const auto* recorded = std::get_if<UsageRecorded>(&emission.event);
    if (recorded == nullptr || recorded->over.duration) return;
    probe_.unmeasured_calls.add();
    telemetry::log_warning("usage.unmeasured",
                           {{"tenant", state.tenant.str()}, {"call_id", state.call_id.str()}});
  }

  BillingStore& store_;
  std::span<const Delivery> deliveries_;
  BillingProbe probe_;
  std::map<TenantId, TenantPlans> plans_;
  std::set<TenantId> changed_plans_;
  std::map<UsageKey, OpenedUsage> usages_;
};

}  // namespace

// In the order of the deliveries, so that an aggregate's events go out in the order of their
// sequence whichever message caused them.
std::vector<Outcome> BillingBatchHandler::handle(std::span<const Delivery> deliveries,
                                                 TimePoint /*now*/) {
  std::vector<Outcome> outcomes(deliveries.size(), Ignored{});
  const auto work = read_all(subscriptions_, deliveries, outcomes);
  if (work.empty()) return outcomes;
  BatchOfBilling batch(*store_, deliveries, probe_);
  batch.open(work);
  for (const auto& one : work) {
    std::visit([&](const auto& of) { outcomes[of.place] = batch.apply(of); }, one);
  }
  batch.save();
  return outcomes;
}

}  // namespace hookswitch::billing
