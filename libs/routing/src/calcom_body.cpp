#include "routing_fields.hpp"

#include <hookswitch/routing/calcom_body.hpp>

#include <array>

namespace hookswitch::routing {
namespace {

constexpr std::size_t trigger_bytes_max = 128;
constexpr std::size_t uid_bytes_max = 256;

enum Place : std::size_t {
  trigger,
  payload,
  payload_uid,
  payload_booking_uid,
  payload_event_type_id,
  payload_organizer,
  payload_organizer_id,
  flat_uid,
  flat_event_type_id,
  flat_user_id,
};
constexpr std::array<std::string_view, 10> pointers{"/triggerEvent",         "/payload",
                                                    "/payload/uid",          "/payload/bookingUid",
                                                    "/payload/eventTypeId",  "/payload/organizer",
                                                    "/payload/organizer/id", "/uid",
                                                    "/eventTypeId",          "/userId"};
static_assert(pointers[flat_user_id] == "/userId");

/// The first of these fields that is there, in this order.
Result<std::optional<std::int64_t>> first_integer(const RoutingFields& fields,
                                                  std::initializer_list<Place> places) {
  for (const Place place : places) {
    auto value = fields.integer(place);
    if (!value || *value) return value;
  }
  return std::optional<std::int64_t>{};
}

Result<std::string_view> first_text(const RoutingFields& fields,
                                    std::initializer_list<Place> places) {
  for (const Place place : places) {
    auto value = fields.text(place, uid_bytes_max);
    if (!value || !value->empty()) return value;
  }
  return std::string_view{};
}

}  // namespace

Result<CalcomFacts> read_calcom_body(std::string_view body) {
  static const json::Places places(pointers);
  const auto fields = RoutingFields::read(body, places);
  if (!fields) return fields.error();
  auto trigger_event = fields->required_text(trigger, trigger_bytes_max);
  if (!trigger_event) return trigger_event.error();
  if (auto wrapped = fields->object(payload); !wrapped) return wrapped.error();
  auto uid = first_text(*fields, {payload_uid, payload_booking_uid, flat_uid});
  if (!uid) return uid.error();
  auto event_type_id = first_integer(*fields, {payload_event_type_id, flat_event_type_id});
  if (!event_type_id) return event_type_id.error();
  auto organizer_id = first_integer(*fields, {payload_organizer_id, flat_user_id});
  if (!organizer_id) return organizer_id.error();
  return CalcomFacts{std::string(*trigger_event), std::string(*uid), *event_type_id, *organizer_id};
}

}  // namespace hookswitch::routing
