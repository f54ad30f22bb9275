#include "application/use_cases.hpp"

namespace hookswitch::directory {

Outcome<Put> move_number(DirectoryStore& store, const std::string& e164, const TenantId& company,
                         TimePoint at, const Precondition& precondition) {
  const auto current = store.find({Kind::number, e164});
  if (!precondition.holds(current)) return Refusal{Refusal::Why::precondition_failed, "", {}};
  if (!current) return Refusal{Refusal::Why::not_found, "", {}};
  if (!store.find({Kind::company, company.str()})) {
    return Refusal{
        Refusal::Why::invalid, "", {{"/company_id", "there is no company " + company.str()}}};
  }
  PhoneNumber number = std::get<PhoneNumber>(current->entity);
  number.ownerships = moved(std::move(number.ownerships), company, at);
  if (Entity(number) == current->entity) return Put{Put::What::unchanged, *current};
  const auto version = store.save(number);
  return Put{Put::What::changed, {std::move(number), version}};
}

}  // namespace hookswitch::directory
