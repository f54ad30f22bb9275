#include <hookswitch/events/topics.hpp>
#include <hookswitch/events/webhook_events.hpp>
#include <hookswitch/messaging/batch.hpp>

#include <boost/core/demangle.hpp>

#include <algorithm>
#include <stdexcept>
#include <typeinfo>

namespace hookswitch::messaging {
namespace {

/// [a-z0-9][a-z0-9_-]{0,62}
bool valid_tenant(std::string_view id) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (id.empty() || id.size() > 63 || !plain(id.front())) return false;
  return std::all_of(id.begin(), id.end(),
                     [&](char c) { return plain(c) || c == '_' || c == '-'; });
}

Result<events::Envelope> decode(const events::InboundRecord& record, const TenantOf& tenant_of) {
  auto envelope = events::envelope_of(record);
  if (!envelope) return envelope;
  auto& tenant = envelope->tenant;
  if (!tenant && tenant_of) tenant = tenant_of(record);
  if (tenant && !valid_tenant(tenant->str())) {
    return Rejection{"not_a_cloud_event", "ce_tenantid", "is not a tenant id"};
  }
  return envelope;
}

bool names_no_tenant(const Result<events::Envelope>& envelope) {
  return envelope && !envelope->tenant;
}

std::string_view outcome_word(const Outcome& outcome) {
  switch (outcome.index()) {
    case 0:
      return "handled";
    case 1:
      return "ignored";
    default:
      return "refused";
  }
}

}  // namespace

std::string error_code_of(const Rejection& rejection) {
  return rejection.field.empty() ? rejection.code : rejection.code + ": " + rejection.field;
}

std::string error_code_of(const std::exception& error) {
  if (const auto* store = dynamic_cast<const StoreError*>(&error)) return store->code();
  if (const auto* rejected = dynamic_cast<const RejectionError*>(&error)) {
    return error_code_of(rejected->rejection());
  }
  return boost::core::demangle(typeid(error).name());
}

std::uint32_t PartitionTable::number(std::string_view topic, std::int32_t partition) {
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    if (partitions_[i].partition == partition && partitions_[i].topic == topic) {
      return static_cast<std::uint32_t>(i);
    }
  }
  partitions_.push_back({std::string(topic), partition});
  return static_cast<std::uint32_t>(partitions_.size() - 1);
}

void Batch::add(events::InboundRecord record) {
  Item item;
  item.partition = table_.number(record.topic, record.partition);
  item.input = item.partition;
  const auto original = events::topics::original_of(record.topic, service_);
  item.replayed = original != record.topic;
  const auto ce_id = record.header("ce_id");
  if (item.replayed || !ce_id) {
    const auto origin = origin_of(record, service_);
    if (origin.known) item.input = table_.number(origin.topic, origin.partition);
    item.id = message_id(record, origin);
  } else {
    const auto id = Uuid::parse(*ce_id);
    item.id = id ? *id : message_id(record, origin_of(record, service_));
  }
  item.record = std::move(record);
  const auto [known, inserted] = by_id_.try_emplace(item.id, items_.size());
  if (!inserted) {
    // A replayed record may find its id again as dead: it stands for the other, which would only be
    // passed over.
    auto& first = items_[known->second];
    if (item.replayed && !first.replayed) {
      first.repeated = true;
      known->second = items_.size();
    } else {
      item.repeated = true;
    }
  }
  items_.push_back(std::move(item));
}

void Batch::clear() {
  deliveries_.clear();
  outcomes_.clear();
  verdicts_.clear();
  admitted_.clear();
  envelopes_.clear();
  scope_items_.clear();
  dead_.clear();
  dead_reasons_.clear();
  by_id_.clear();
  items_.clear();
}

std::vector<std::uint32_t> Batch::partition_numbers() const {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(items_.size());
  for (const auto& item : items_) numbers.push_back(item.partition);
  return numbers;
}

TimePoint Batch::oldest() const {
  const auto first = std::min_element(
      items_.begin(), items_.end(),
      [](const auto& a, const auto& b) { return a.record.timestamp_ms < b.record.timestamp_ms; });
  return from_epoch_ms(first->record.timestamp_ms);
}

std::vector<NextOffset> Batch::next_offsets(std::size_t items) const {
  std::vector<std::pair<std::uint32_t, std::int64_t>> ends;
  for (std::size_t i = 0; i < items; ++i) {
    const auto found = std::find_if(ends.begin(), ends.end(), [&](const auto& end) {
      return end.first == items_[i].partition;
    });
    if (found == ends.end()) {
      ends.emplace_back(items_[i].partition, items_[i].record.offset + 1);
    } else {
      found->second = std::max(found->second, items_[i].record.offset + 1);
    }
  }
  std::vector<NextOffset> next;
  next.reserve(ends.size());
  for (const auto& [number, offset] : ends) next.push_back({table_.at(number), offset});
  return next;
}

void Batch::begin(const Scope& scope) {
  deliveries_.clear();
  outcomes_.clear();
  verdicts_.clear();
  admitted_.clear();
  scope_items_.clear();
  envelopes_.clear();
  dead_.clear();
  dead_reasons_.clear();
  if (scope.whole()) {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!items_[i].repeated) scope_items_.push_back(i);
    }
  } else {
    scope_items_.push_back(scope.item);
  }
  if (scope.mode == Scope::Mode::survey || scope.mode == Scope::Mode::bury) return;
  for (const auto index : scope_items_)
    envelopes_.emplace_back(decode(items_[index].record, tenant_of_));
}

std::vector<const events::Envelope*> Batch::readable() const {
  std::vector<const events::Envelope*> envelopes;
  envelopes.reserve(envelopes_.size());
  for (const auto& envelope : envelopes_) {
    if (envelope) envelopes.push_back(&*envelope);
  }
  return envelopes;
}

std::vector<const events::Envelope*> Batch::tenantless() const {
  std::vector<const events::Envelope*> envelopes;
  for (const auto& envelope : envelopes_) {
    if (names_no_tenant(envelope)) envelopes.push_back(&*envelope);
  }
  return envelopes;
}

void Batch::belong_to(const std::vector<std::optional<TenantId>>& owners) {
  std::size_t next = 0;  // in the order of tenantless()
  for (auto& envelope : envelopes_) {
    if (names_no_tenant(envelope)) envelope->tenant = owners.at(next++);
  }
}

std::vector<TenantId> Batch::tenants() const {
  std::vector<TenantId> tenants;
  for (const auto& envelope : envelopes_) {
    if (!envelope) continue;
    const auto& tenant = envelope->tenant;
    if (tenant && std::find(tenants.begin(), tenants.end(), *tenant) == tenants.end()) {
      tenants.push_back(*tenant);
    }
  }
  return tenants;
}

std::vector<InboxEntry> Batch::inbox_entries() const {
  std::vector<InboxEntry> entries;
  entries.reserve(scope_items_.size());
  for (const auto index : scope_items_) {
    entries.push_back({items_[index].id, items_[index].replayed});
  }
  return entries;
}

const std::vector<std::size_t>& Batch::admitted(const std::vector<bool>& flags) {
  deliveries_.reserve(scope_items_.size());
  for (std::size_t i = 0; i < scope_items_.size(); ++i) {
    if (!flags[i]) continue;
    const auto index = scope_items_[i];
    admitted_.push_back(index);
    if (envelopes_.empty()) continue;
    if (!envelopes_[i]) {
      verdicts_.push_back({index, std::nullopt, error_code_of(envelopes_[i].error())});
      continue;
    }
    verdicts_.push_back({index, deliveries_.size(), {}});
    const auto& item = items_[index];
    deliveries_.push_back({&item.record, std::move(*envelopes_[i]),
                           item.replayed ? events::topics::original_of(item.record.topic, service_)
                                         : item.record.topic,
                           table_.at(item.input)});
  }
  return admitted_;
}

void Batch::handled(std::vector<Outcome> outcomes) {
  if (outcomes.size() != deliveries_.size()) {
    throw std::logic_error("a handler owes one outcome for each delivery");
  }
  outcomes_ = std::move(outcomes);
}

void Batch::bury(const Item& item, const DeadLetterCause& cause, std::vector<OutboxRow>& rows) {
  const auto origin = origin_of(item.record, service_);
  rows.push_back(
      {0, table_.at(item.input), dead_letter(item.record, origin, service_, build_, cause)});
  dead_.push_back(item.id);
  dead_reasons_.push_back(cause.reason);
}

std::vector<OutboxRow> Batch::outbox_rows(const Scope& scope, std::size_t bytes_max,
                                          TimePoint now) {
  std::vector<OutboxRow> rows;
  if (scope.mode == Scope::Mode::bury) {
    const auto& count = scope.count;
    for (const auto index : admitted_) {
      bury(items_[index],
           {scope.reason, scope.reason == "crashed" ? "the process ended" : count.error_code,
            count.failed + count.crashes, count.first_at},
           rows);
    }
    return rows;
  }
  for (const auto& verdict : verdicts_) {
    const auto& item = items_[verdict.item];
    if (!verdict.delivery) {
      bury(item, {"undecodable", verdict.error, 1, now}, rows);
      continue;
    }
    auto& outcome = outcomes_[*verdict.delivery];
    if (const auto* refused = std::get_if<Refused>(&outcome)) {
      bury(item, {"refused", error_code_of(refused->rejection), 1, now}, rows);
    } else if (auto* handled = std::get_if<Handled>(&outcome)) {
      const auto emit = [&](const InputPartition& input, events::OutboundRecord& record) {
        if (record.key.size() + (record.value ? record.value->size() : 0) > bytes_max) {
          throw std::length_error("an emitted record is too large for the bus");
        }
        rows.push_back({0, input, std::move(record)});
      };
      for (auto& record : handled->emitted) emit(table_.at(item.input), record);
      for (auto& [input, record] : handled->elsewhere) emit(input, record);
    }
  }
  return rows;
}

std::vector<std::pair<std::string_view, std::string_view>> Batch::account() const {
  std::vector<std::pair<std::string_view, std::string_view>> account;
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    const auto& envelope = deliveries_[i].envelope;
    // What nobody subscribes to shares one label, and so does what no provider is known to send:
    // names from outside must not multiply the series, nor be read there.
    const bool ignored = std::holds_alternative<Ignored>(outcomes_[i]);
    const std::string_view event = envelope.event.empty()
                                       ? std::string_view(envelope.type)
                                       : events::webhook_label(envelope.provider, envelope.event);
    account.emplace_back(ignored ? "other" : event, outcome_word(outcomes_[i]));
  }
  return account;
}

}  // namespace hookswitch::messaging
