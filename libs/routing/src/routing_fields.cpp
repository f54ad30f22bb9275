#include "routing_fields.hpp"

#include <hookswitch/core/decimal.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace hookswitch::routing {
namespace {

using Kind = json::Value::Kind;

/// An integer that fits, also when sent as 5.0 or 5e0.
std::optional<std::int64_t> integer_of(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc{} && end == digits.data() + digits.size()) return number;
  const auto decimal = Decimal::parse(digits);
  if (!decimal || decimal->exponent() < 0 || decimal->exponent() > 18) return std::nullopt;
  number = decimal->coefficient();
  for (std::int32_t power = 0; power < decimal->exponent(); ++power) {
    if (__builtin_mul_overflow(number, 10, &number)) return std::nullopt;
  }
  return number;
}

}  // namespace

Result<RoutingFields> RoutingFields::read(std::string_view body, const json::Places& places) {
  json::Limits limits;
  limits.bytes_max = body.size();  // the HTTP server has the limit
  auto picked = json::pick(body, places, limits);
  if (!picked) return picked.error();
  RoutingFields result(places, *std::move(picked));
  for (std::size_t index = 0; index < places.size(); ++index) {
    if (result.fields_[index].count > 1) {
      return result.wrong(index, "duplicate_key", "occurs twice, so that none can be trusted");
    }
  }
  return result;
}

RoutingFields::RoutingFields(const json::Places& places, std::vector<json::Field> fields)
    : places_(&places), fields_(std::move(fields)) {}

Rejection RoutingFields::wrong(std::size_t index, std::string_view code,
                               std::string message) const {
  return {std::string(code), std::string(places_->pointer(index)), std::move(message)};
}

bool RoutingFields::is_object(std::size_t index) const {
  return fields_[index].kind == Kind::object;
}

bool RoutingFields::is_empty(std::size_t index) const {
  return fields_[index].kind == Kind::absent || fields_[index].kind == Kind::null;
}

Result<std::string_view> RoutingFields::text(std::size_t index, std::size_t bytes_max) const {
  if (is_empty(index)) return std::string_view{};
  const json::Field& field = fields_[index];
  if (field.kind != Kind::string) return wrong(index, "wrong_type", "a text is expected here");
  if (field.text.size() > bytes_max) {
    return wrong(index, "too_long", "at most " + std::to_string(bytes_max) + " bytes");
  }
  const bool control = std::ranges::any_of(
      field.text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (control) return wrong(index, "control_character", "control characters have no place here");
  return std::string_view(field.text);
}

Result<std::string_view> RoutingFields::required_text(std::size_t index,
                                                      std::size_t bytes_max) const {
  auto read = text(index, bytes_max);
  if (read && read->empty()) return wrong(index, "missing_field", "a text is required here");
  return read;
}

Result<std::optional<std::int64_t>> RoutingFields::integer(std::size_t index) const {
  if (is_empty(index)) return std::optional<std::int64_t>{};
  const json::Field& field = fields_[index];
  const auto number = field.kind == Kind::number ? integer_of(field.text) : std::nullopt;
  if (!number) return wrong(index, "wrong_type", "an integer is expected here");
  return number;
}

Result<bool> RoutingFields::object(std::size_t index) const {
  if (is_empty(index)) return false;
  if (!is_object(index)) return wrong(index, "wrong_type", "an object is expected here");
  return true;
}

}  // namespace hookswitch::routing
