#include "description.hpp"

#include "../events/message_json.hpp"

#include <hookswitch/json/writer.hpp>

#include <algorithm>

namespace hookswitch::cli {
namespace {

bool concerns(const schema::PhoneNumber& number, std::string_view company) {
  return std::any_of(number.ownerships().begin(), number.ownerships().end(),
                     [company](const auto& owner) { return owner.company_id() == company; });
}
bool concerns(const schema::Workspace& workspace, std::string_view company) {
  const auto& ids = workspace.company_ids();
  return std::find(ids.begin(), ids.end(), company) != ids.end();
}
template <class Entity>
bool concerns(const Entity& entity, std::string_view company) {
  return entity.company_id() == company;
}

template <class Entity>
void write(json::Writer& writer, std::string_view name,
           const std::map<std::string, Entity, std::less<>>& entities, std::string_view company) {
  writer.key(name).begin_array();
  for (const auto& [id, entity] : entities) {
    if (concerns(entity, company)) writer.raw(message_json(entity).value());
  }
  writer.end_array();
}

}  // namespace

std::optional<std::string> describe(const Directory& directory, std::string_view company) {
  const auto known = directory.companies.find(company);
  if (known == directory.companies.end()) return std::nullopt;
  json::Writer writer;
  writer.begin_object().key("company").raw(message_json(known->second).value());
  write(writer, "branches", directory.branches, company);
  write(writer, "services", directory.services, company);
  write(writer, "staff", directory.staff, company);
  write(writer, "numbers", directory.numbers, company);
  write(writer, "agents", directory.agents, company);
  write(writer, "event_types", directory.event_types, company);
  write(writer, "organizers", directory.organizers, company);
  write(writer, "workspaces", directory.workspaces, company);
  write(writer, "plans", directory.plans, company);
  return writer.end_object().take();
}

}  // namespace hookswitch::cli
