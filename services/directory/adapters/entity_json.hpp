#pragma once
#include "domain/entities.hpp"
#include "domain/rules.hpp"

#include <hookswitch/json/document.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace hookswitch::directory {

/// True for a name of the system's IANA database. Thread safe.
[[nodiscard]] bool is_time_zone(std::string_view name);

/// Reads an entity of that kind and id from its JSON form (services/directory/openapi.yaml), which
/// may repeat the id. All that is wrong is added to `complaints`; the entity is good if nothing
/// was. `knows_zone` judges time zones: zones come and go, and what was stored once is not judged
/// again.
[[nodiscard]] Entity entity_from_json(Kind kind, const std::string& id, const json::Value& body,
                                      const std::function<bool(std::string_view)>& knows_zone,
                                      Complaints& complaints);

/// The JSON form, with the id. Pure.
[[nodiscard]] std::string entity_to_json(const Entity& entity);

}  // namespace hookswitch::directory
