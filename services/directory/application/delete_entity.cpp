#include "application/use_cases.hpp"

namespace hookswitch::directory {

Outcome<Deleted> delete_entity(DirectoryStore& store, const EntityKey& key,
                               const Precondition& precondition) {
  const auto current = store.find(key);
  if (!precondition.holds(current)) return Refusal{Refusal::Why::precondition_failed, "", {}};
  if (!current) return Refusal{Refusal::Why::not_found, "", {}};
  if (key.kind == Kind::plan) {
    // Put again, its first version could have another price for the same calls.
    return Refusal{
        Refusal::Why::conflict,
        "Prices that are in force stay as they are: a version with a price of 0 ends a plan.",
        {}};
  }
  if (const auto user = store.user_of(key)) {
    return Refusal{Refusal::Why::conflict, to_string(key) + " is needed by " + *user, {}};
  }
  store.remove(current->entity);
  return Deleted{};
}

}  // namespace hookswitch::directory
