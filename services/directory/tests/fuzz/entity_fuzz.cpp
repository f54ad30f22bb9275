// Any bytes as the JSON of each kind of entity: no crash, and what nothing is said against is the
// same entity when it is written and read again, is put in order once and for all, and has a record
// on the topic. What is said against it names a place.
#include "adapters/entity_json.hpp"
#include "adapters/entity_records.hpp"

#include <hookswitch/json/document.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace hookswitch::directory;

void ensure(bool holds) {
  if (!holds) std::abort();
}

std::string id_of(Kind kind) {
  switch (kind) {
    case Kind::number:
      return "+493023125017";
    case Kind::organizer:
    case Kind::event_type:
      return "4711";
    default:
      return "anton";
  }
}

/// RFC 6901, and fit to be put into an answer.
void check(const Complaints& complaints) {
  for (const auto& [pointer, detail] : complaints) {
    ensure(pointer.empty() || pointer.starts_with('/'));
    ensure(hookswitch::json::is_utf8(pointer) && !detail.empty());
  }
}

bool any_zone(std::string_view /*name*/) { return true; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document =
      hookswitch::json::Document::parse({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  for (const Kind kind : all_kinds) {
    Complaints complaints;
    const auto entity = entity_from_json(kind, id_of(kind), document->root(), any_zone, complaints);
    check(complaints);
    if (!complaints.empty()) continue;
    const auto text = entity_to_json(entity);
    const auto written = hookswitch::json::Document::parse(text);
    ensure(written.has_value());
    ensure(entity_from_json(kind, id_of(kind), written->root(), any_zone, complaints) == entity);
    ensure(complaints.empty());
    const auto orderly = normalised(entity);
    ensure(normalised(orderly) == orderly);
    check(complaints_about(orderly));
    ensure(!record_of(entity, 1, hookswitch::from_epoch_ms(0)).key.empty());
  }
  return 0;
}
