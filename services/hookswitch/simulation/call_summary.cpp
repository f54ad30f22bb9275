#include "call_summary.hpp"

#include <hookswitch/json/writer.hpp>

#include <algorithm>
#include <array>
#include <numeric>

namespace hookswitch::cli {
namespace {

constexpr std::size_t problems_shown = 20;
constexpr std::size_t ordinary_body_most = std::size_t{25} * 1024;

using Fates = std::array<std::int64_t, call_fates>;

void write_fates(json::Writer& out, const Fates& fates) {
  std::int64_t calls = 0;
  for (const auto count : fates) calls += count;
  out.begin_object().key("calls").integer(calls);
  for (int fate = 0; fate < call_fates; ++fate) {
    out.key(to_string(static_cast<CallFate>(fate)))
        .integer(fates.at(static_cast<std::size_t>(fate)));
  }
  out.end_object();
}

/// Of the bodies that ingress took: of those that are as long as Retell's mostly are, and of those
/// that are longer.
void write_sizes(json::Writer& out, const std::vector<std::size_t>& sorted) {
  const auto first_large = std::upper_bound(sorted.begin(), sorted.end(), ordinary_body_most);
  const auto write = [&out](const char* name, auto from, auto to) {
    out.key(name).begin_object().key("count").integer(to - from);
    if (from != to) {
      out.key("least").integer(static_cast<std::int64_t>(*from));
      out.key("most").integer(static_cast<std::int64_t>(*(to - 1)));
    }
    out.end_object();
  };
  out.key("bytes").integer(
      static_cast<std::int64_t>(std::accumulate(sorted.begin(), sorted.end(), std::size_t{0})));
  out.key("body_bytes").begin_object();
  write("ordinary", sorted.begin(), first_large);
  write("large", first_large, sorted.end());
  out.end_object();
}

void write_sent(json::Writer& out, const SentNumbers& sent) {
  const auto count = [&out](std::string_view name, std::size_t value) {
    out.key(name).integer(static_cast<std::int64_t>(value));
  };
  const auto percentile = [&sent](std::size_t percent) {
    const auto& all = sent.answered_ms;
    const auto ms = all.empty() ? 0 : all[std::min(all.size() * percent / 100, all.size() - 1)];
    return Decimal(static_cast<std::int64_t>(ms * 10), -1).to_string();
  };
  out.key("webhooks").begin_object();
  count("sent", sent.webhooks);
  count("repeats", sent.repeats);
  count("accepted", sent.webhooks - sent.not_accepted);
  count("not_accepted", sent.not_accepted);
  count("retried", sent.retried);
  write_sizes(out, sent.bytes);
  out.key("duration_ms").integer(sent.duration.count());
  out.key("answered_ms").begin_object();
  out.key("p50").raw(percentile(50)).key("p99").raw(percentile(99)).key("max").raw(percentile(100));
  out.end_object().end_object();
}

void write_problems(json::Writer& out, const Simulation& simulation, const CallLedger& ledger) {
  std::size_t shown = 0;
  out.key("problems").begin_array();
  for (std::size_t i = 0; i < simulation.calls.size() && shown < problems_shown; ++i) {
    const auto verdict = ledger.verdict(i);
    if (verdict.fate == CallFate::good) continue;
    const auto& call = simulation.calls[i];
    ++shown;
    out.begin_object().key("call_id").string(call.id);
    out.key("class").string(to_string(call.what));
    out.key("tenant").string(simulation.tenants[call.tenant].id);
    out.key("fate").string(to_string(verdict.fate)).key("why").string(verdict.why);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

bool all_good(const Simulation& simulation, const CallLedger& ledger) {
  for (std::size_t i = 0; i < simulation.calls.size(); ++i) {
    if (ledger.verdict(i).fate != CallFate::good) return false;
  }
  return simulation.read_out;
}

std::string summary_json(const Simulation& simulation, const CallLedger& ledger) {
  std::array<Fates, call_classes> by_class{};
  std::vector<Fates> by_tenant(simulation.tenants.size());
  for (std::size_t i = 0; i < simulation.calls.size(); ++i) {
    const auto& call = simulation.calls[i];
    const auto fate = static_cast<std::size_t>(ledger.verdict(i).fate);
    ++by_class.at(static_cast<std::size_t>(call.what)).at(fate);
    ++by_tenant[call.tenant].at(fate);
  }
  json::Writer out;
  out.begin_object().key("good").boolean(all_good(simulation, ledger));
  out.key("seed").integer(static_cast<std::int64_t>(simulation.options.seed));
  out.key("calls").integer(static_cast<std::int64_t>(simulation.calls.size()));
  write_sent(out, simulation.sent);
  out.key("classes").begin_object();
  for (std::size_t i = 0; i < by_class.size(); ++i) {
    out.key(to_string(static_cast<CallClass>(i)));
    write_fates(out, by_class.at(i));
  }
  out.end_object().key("tenants").begin_object();
  for (std::size_t i = 0; i < by_tenant.size(); ++i) {
    out.key(simulation.tenants[i].id);
    write_fates(out, by_tenant[i]);
  }
  out.end_object();
  out.key("billing_followed").boolean(simulation.billed);
  out.key("read_to_the_end").boolean(simulation.read_out);
  write_problems(out, simulation, ledger);
  out.end_object();
  return out.take();
}

}  // namespace hookswitch::cli
