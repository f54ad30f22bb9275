#pragma once
#include "changes.hpp"
#include "directory.hpp"

#include <hookswitch/json/document.hpp>

#include <string>
#include <string_view>
#include <vector>

/// The directory's entities as its REST API has them (services/directory/openapi.yaml). All pure.
namespace hookswitch::cli {

/// A kind of entities: where its list is, and how its keys on the topic begin.
struct RestCollection {
  std::string_view path;  ///< "/v1/event-types"
  std::string_view type;  ///< "event_type"
};
[[nodiscard]] const std::vector<RestCollection>& rest_collections();

/// "event_type/8" → "/v1/event-types/8". Throws std::logic_error for a key of no collection.
[[nodiscard]] std::string rest_path(std::string_view key);

/// The JSON of an entity, given its key and its bytes as on the topic.
[[nodiscard]] std::string rest_body(std::string_view key, std::string_view value);

/// Puts an item of a collection's list into `directory`; its key. Throws RejectionError when it is
/// not what the API promises.
std::string take_rest_item(Directory& directory, std::string_view type, const json::Value& item);

}  // namespace hookswitch::cli
