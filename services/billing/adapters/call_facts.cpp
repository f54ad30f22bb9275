#include "adapters/call_facts.hpp"

#include "domain/rating.hpp"

#include <hookswitch/calls/v1/call_events.pb.h>

#include <string>
#include <utility>

namespace hookswitch::billing {
namespace {

namespace proto = hookswitch::calls::v1;

constexpr std::size_t call_id_bytes_max = 256;
// As Decimal::parse, so that what is kept as text can be read again.
constexpr std::int32_t exponent_max = 64;
constexpr std::int64_t coefficient_max = 999'999'999'999'999'999;

template <class Message>
Result<Message> parsed(const messaging::Delivery& delivery) {
  Message message;
  const auto& value = delivery.record->value;
  if (!value || !message.ParseFromArray(value->data(), static_cast<int>(value->size()))) {
    return Rejection{"not_protobuf", "", "the value is no " + message.GetTypeName()};
  }
  if (message.call_id().empty() || message.call_id().size() > call_id_bytes_max ||
      message.call_id().find('\0') != std::string::npos) {
    return Rejection{"wrong_value", "call_id", "is empty, too long or no text"};
  }
  return message;
}

Result<TimePoint> instant(TimePoint said, const char* field) {
  using namespace std::chrono;
  constexpr TimePoint first = sys_days{year{2000} / 1 / 1};
  constexpr TimePoint last = sys_days{year{2100} / 1 / 1};
  if (said < first || said > last) return Rejection{"out_of_range", field, "is not 2000 to 2100"};
  return said;
}

Result<CallOver> read(const proto::CallEnded& message, const events::Envelope& envelope) {
  const auto ended_at = message.has_ended_at_ms()
                            ? instant(from_epoch_ms(message.ended_at_ms()), "ended_at_ms")
                            : instant(envelope.time, "ce_time");
  if (!ended_at) return ended_at.error();
  CallOver over{true, *ended_at, std::nullopt};
  if (!message.has_duration_ms()) return over;
  over.duration = Milliseconds{message.duration_ms()};
  if (*over.duration < Milliseconds{0} || *over.duration > call_duration_max) {
    return Rejection{"out_of_range", "duration_ms", "is not 0 to 31 days"};
  }
  return over;
}

Result<CallOver> read(const proto::CallNotConnected&, const events::Envelope& envelope) {
  const auto ended_at = instant(envelope.time, "ce_time");
  if (!ended_at) return ended_at.error();
  return CallOver{false, *ended_at, Milliseconds{0}};
}

Result<ReportedCost> read(const proto::CallCostReported& message, const events::Envelope&) {
  const CurrencyCode currency(message.currency());
  if (message.revision() < 1) return Rejection{"out_of_range", "revision", "is not 1 or more"};
  if (!is_currency_code(currency)) {
    return Rejection{"wrong_value", "currency", "is no ISO 4217 code"};
  }
  if (!message.has_total()) return Rejection{"missing_field", "total", "is missing"};
  const auto exponent = message.total().exponent();
  const auto coefficient = message.total().coefficient();
  if (exponent > exponent_max || exponent < -exponent_max) {
    return Rejection{"out_of_range", "total.exponent", "is not within 64"};
  }
  if (coefficient > coefficient_max || coefficient < -coefficient_max) {
    return Rejection{"out_of_range", "total.coefficient", "has more than 18 digits"};
  }
  const Decimal total(coefficient, exponent);
  const auto e6 = millionths(total);
  if (!e6) return Rejection{e6.error().code, "total", e6.error().message};
  return ReportedCost{message.revision(), {total, {currency, *e6}}};
}

template <class Message>
Result<CallFact> fact(const messaging::Delivery& delivery, const TenantId& tenant) {
  const auto message = parsed<Message>(delivery);
  if (!message) return message.error();
  auto said = read(*message, delivery.envelope);
  if (!said) return said.error();
  return CallFact{delivery.envelope.id, tenant, CallId(message->call_id()), *std::move(said)};
}

}  // namespace

Result<CallFact> call_fact(const messaging::Delivery& delivery) {
  const auto& type = delivery.envelope.type;
  const auto& tenant = delivery.envelope.tenant;
  if (!tenant) return Rejection{"no_tenant", "ce_tenantid", "is missing"};
  if (type == proto::CallEnded::descriptor()->full_name()) {
    return fact<proto::CallEnded>(delivery, *tenant);
  }
  if (type == proto::CallNotConnected::descriptor()->full_name()) {
    return fact<proto::CallNotConnected>(delivery, *tenant);
  }
  if (type == proto::CallCostReported::descriptor()->full_name()) {
    return fact<proto::CallCostReported>(delivery, *tenant);
  }
  return Rejection{"unknown_type", "ce_type", "is no event about a call that is read here"};
}

}  // namespace hookswitch::billing
