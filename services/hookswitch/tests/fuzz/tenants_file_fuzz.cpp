// Any bytes as a tenants file: no crash and no hang; what is wrong is complained about, and what
// nothing is said against can be told as entities.
#include "tenants/declared_entities.hpp"
#include "tenants/tenants_file.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void ensure(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookswitch::cli;
  const auto file = read_tenants(std::string(reinterpret_cast<const char*>(data), size));
  if (!file.complaints.empty()) return 0;
  for (const auto& company : file.declaration.companies) {
    ensure(!company.id.empty());
    for (const auto& branch : company.branches)
      ensure(entity_of(branch, company).id() == branch.id);
    for (const auto& each : company.services) ensure(entity_of(each, company).id() == each.id);
    for (const auto& member : company.staff) ensure(entity_of(member, company).id() == member.id);
    if (company.plan) ensure(entity_of(*company.plan, company).versions_size() > 0);
  }
  return 0;
}
