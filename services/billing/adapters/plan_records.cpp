#include "adapters/plan_records.hpp"

#include <hookswitch/directory/v1/directory.pb.h>

#include <string>
#include <string_view>
#include <utility>

namespace hookswitch::billing {
namespace {

namespace proto = hookswitch::directory::v1;

constexpr std::string_view key_prefix = "plan/";
constexpr std::size_t plan_id_bytes_max = 256;

std::optional<proto::PricePlan> parsed(const events::InboundRecord& record) {
  proto::PricePlan message;
  const auto& value = record.value;
  if (!value || !message.ParseFromArray(value->data(), static_cast<int>(value->size()))) {
    return std::nullopt;
  }
  return message;
}

/// The fields that a version and a plan without versions have in common.
template <class Message>
Terms terms_of(const Message& message) {
  Terms terms;
  terms.currency = CurrencyCode(message.currency());
  terms.per_minute_e6 = message.per_minute_e6();
  terms.first_increment_s = message.first_increment_s();
  terms.next_increment_s = message.next_increment_s();
  return terms;
}

PlanVersions versions_of(const proto::PricePlan& message) {
  if (message.versions().empty()) return {{1, from_epoch_ms(0), terms_of(message)}};
  PlanVersions versions;
  for (const auto& said : message.versions()) {
    PlanVersion version{said.version(), from_epoch_ms(said.valid_from_ms()), terms_of(said)};
    version.terms.free_threshold = Milliseconds{said.free_threshold_ms()};
    version.terms.minimum_e6 = said.minimum_e6();
    versions.push_back(std::move(version));
  }
  return versions;
}

}  // namespace

std::optional<TenantId> company_of_plan(const events::InboundRecord& record) {
  if (!record.key.starts_with(key_prefix)) return std::nullopt;
  const auto message = parsed(record);
  if (!message || message->company_id().empty()) return std::nullopt;
  return TenantId(message->company_id());
}

Result<PlanRecord> plan_record(const messaging::Delivery& delivery) {
  const auto& record = *delivery.record;
  const auto& envelope = delivery.envelope;
  const std::string id(record.key.starts_with(key_prefix) ? record.key.substr(key_prefix.size())
                                                          : std::string_view());
  if (id.empty() || id.size() > plan_id_bytes_max || id.find('\0') != std::string::npos) {
    return Rejection{"wrong_value", "key", "is not plan/<id>"};
  }
  if (!envelope.tenant) return Rejection{"no_tenant", "ce_tenantid", "is missing"};
  PlanRecord read{PlanId(id), *envelope.tenant, envelope.sequence.value_or(0), envelope.time, {}};
  if (!record.value) return read;
  const auto message = parsed(record);
  if (!message) return Rejection{"not_protobuf", "", "the value is no PricePlan"};
  if (message->id() != id) return Rejection{"wrong_value", "id", "is not the key's"};
  if (message->company_id() != envelope.tenant->str()) {
    return Rejection{"tenant_mismatch", "company_id", "is not the tenant of the record"};
  }
  auto versions = checked(versions_of(*message));
  if (!versions) return versions.error();
  read.versions = *std::move(versions);
  return read;
}

}  // namespace hookswitch::billing
