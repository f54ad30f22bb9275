#include "directory.hpp"

namespace hookswitch::cli {
namespace {

template <class Entity>
void put(std::map<std::string, Entity, std::less<>>& entities, std::string_view key,
         std::string_view id, std::optional<std::string_view> value) {
  if (!value) {
    entities.erase(std::string(id));
    return;
  }
  Entity entity;
  if (!entity.ParseFromArray(value->data(), static_cast<int>(value->size()))) {
    throw RejectionError({"undecodable", std::string(key), "the directory has no entity there"});
  }
  entities[std::string(id)] = std::move(entity);
}

}  // namespace

void Directory::apply(std::string_view key, std::optional<std::string_view> value) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return;
  const auto type = key.substr(0, slash);
  const auto id = key.substr(slash + 1);
  if (type == "company") return put(companies, key, id, value);
  if (type == "branch") return put(branches, key, id, value);
  if (type == "service") return put(services, key, id, value);
  if (type == "staff") return put(staff, key, id, value);
  if (type == "number") return put(numbers, key, id, value);
  if (type == "agent") return put(agents, key, id, value);
  if (type == "event_type") return put(event_types, key, id, value);
  if (type == "organizer") return put(organizers, key, id, value);
  if (type == "workspace") return put(workspaces, key, id, value);
  if (type == "plan") return put(plans, key, id, value);
}

}  // namespace hookswitch::cli
