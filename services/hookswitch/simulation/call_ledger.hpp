#pragma once
#include "expected_charge.hpp"
#include "simulated_call.hpp"

#include <hookswitch/events/record.hpp>

#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace hookswitch::cli {

/// What has become of a call.
enum class CallFate {
  good,
  incomplete,    ///< an event or the last revision is missing
  unresolved,    ///< a webhook of it has no owner
  not_accepted,  ///< ingress did not take a webhook of it
  wrong,         ///< an event that must not be, under another tenant, or a wrong price
};
inline constexpr int call_fates = 5;
[[nodiscard]] std::string_view to_string(CallFate fate);

struct CallVerdict {
  CallFate fate = CallFate::good;
  std::string why;  ///< empty when good; without personal data
};

/// Compares what is expected of the calls with what the topics say. Taking a record again changes
/// nothing. Not thread safe.
class CallLedger {
 public:
  /// `billed`: the events of billing are expected, too.
  CallLedger(const std::vector<SimulatedCall>& calls, const std::vector<SimulatedTenant>& tenants,
             bool billed);

  /// A record of hookswitch.calls.v1, hookswitch.billing.v1 or hookswitch.webhooks.unresolved.v1.
  /// True when it is about one of the calls and new.
  bool take(const events::InboundRecord& record);
  /// Ingress did not accept a webhook of this call.
  void not_accepted(std::size_t call);

  [[nodiscard]] CallVerdict verdict(std::size_t call) const;
  /// True when waiting changes no verdict: none is incomplete.
  [[nodiscard]] bool settled() const;

 private:
  struct Seen {
    std::map<std::string, std::set<std::string>, std::less<>> ids;  ///< ce_id by message type
    std::set<std::string> other_tenants;
    bool unresolved = false;
    bool undecodable = false;
    bool not_accepted = false;
    std::int32_t analysis_revision = 0;
    std::string sentiment;
    std::int32_t cost_revision = 0;
    Decimal total;
    std::int32_t charge_revision = 0;
    Charge charge;            ///< the last revision
    std::string wrong_price;  ///< of any revision
  };

  void take_event(Seen& seen, const SimulatedCall& call, std::string_view type,
                  std::string_view value);
  template <class Event>
  void take_charge(Seen& seen, const SimulatedCall& call, const std::string& bytes) const;
  [[nodiscard]] std::optional<Charge> charge_of(const SimulatedCall& call) const {
    return expected_charge(call, tenants_[call.tenant].plan);
  }
  [[nodiscard]] std::string wrong_with(const Seen& seen, const SimulatedCall& call) const;
  [[nodiscard]] std::string missing_of(const Seen& seen, const SimulatedCall& call) const;

  const std::vector<SimulatedCall>& calls_;
  const std::vector<SimulatedTenant>& tenants_;
  bool billed_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<Seen> seen_;
};

}  // namespace hookswitch::cli
