#include "domain/cost.hpp"

#include <algorithm>

namespace hookswitch::call_processing {
namespace {

/// Length first, so that no product name can look like two fields.
std::string field(const std::string& text) {
  return std::to_string(text.size()) + ':' + text + ';';
}

std::string canonical_item(const CostItem& item) {
  return field(item.product) + field(item.cost.to_string()) +
         field(item.unit_price ? item.unit_price->to_string() : "") +
         (item.transfer_leg ? "t" : "-");
}

}  // namespace

std::string canonical_text(const Cost& cost) {
  std::vector<std::string> items;
  items.reserve(cost.items.size());
  for (const auto& item : cost.items) items.push_back(canonical_item(item));
  std::sort(items.begin(), items.end());
  std::string text = "USD;" + field(cost.total.to_string()) +
                     field(cost.provider_seconds ? cost.provider_seconds->to_string() : "");
  for (const auto& item : items) text += item + '\n';
  return text;
}

CostStanding standing_of(const Cost& cost, const Source& source) {
  return {source, cost.provider_seconds.value_or(Decimal{}), cost.items.size(), cost.total};
}

bool beats(const CostStanding& challenger, const CostStanding& holder) {
  const auto& a = challenger;
  const auto& b = holder;
  if (a.source.rank != b.source.rank) return a.source.rank > b.source.rank;
  if (a.source.event_timestamp_ms != b.source.event_timestamp_ms) {
    return a.source.event_timestamp_ms > b.source.event_timestamp_ms;
  }
  if (const int seconds = Decimal::compare(a.provider_seconds, b.provider_seconds); seconds != 0) {
    return seconds > 0;
  }
  if (a.item_count != b.item_count) return a.item_count > b.item_count;
  if (const int total = Decimal::compare(a.total, b.total); total != 0) return total > 0;
  return a.source.webhook > b.source.webhook;
}

}  // namespace hookswitch::call_processing
