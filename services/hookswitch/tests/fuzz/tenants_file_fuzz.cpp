// Any bytes as a tenants file: no crash and no hang; what is wrong is complained about, and what
// nothing is said against can be told as entities, and as changes of an empty directory.
#include "tenants/changes.hpp"
#include "tenants/declared_entities.hpp"
#include "tenants/tenants_file.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void ensure(bool holds) {
  if (!holds) std::abort();
}

/// The entity of that declaration, and one that gets through to the directory: protobuf takes texts
/// that are UTF-8 only.
template <class Declaration>
auto sent(const Declaration& declaration, const hookswitch::cli::CompanyDeclaration& company) {
  const auto entity = hookswitch::cli::entity_of(declaration, company);
  auto read = entity;
  ensure(read.ParseFromString(entity.SerializeAsString()));
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookswitch::cli;
  const auto file = read_tenants(std::string(reinterpret_cast<const char*>(data), size));
  for (const auto& complaint : file.complaints) ensure(complaint.find(": ") != std::string::npos);
  if (!file.complaints.empty()) return 0;
  for (const auto& company : file.declaration.companies) {
    ensure(!company.id.empty() && !company.name.empty() && !company.time_zone.empty());
    for (const auto& number : company.numbers) ensure(number.e164.starts_with('+'));
    for (const auto& branch : company.branches) ensure(sent(branch, company).id() == branch.id);
    for (const auto& each : company.services) ensure(sent(each, company).id() == each.id);
    for (const auto& member : company.staff) ensure(sent(member, company).id() == member.id);
    if (company.plan) ensure(sent(*company.plan, company).versions_size() > 0);
  }
  for (const auto& workspace : file.declaration.workspaces) ensure(!workspace.id.empty());
  Complaints complaints;
  for (const auto& change : changes_of(file.declaration, {}, complaints)) {
    ensure(change.kind == Change::Kind::created && !change.key.empty() && change.before.empty());
  }
  for (const auto& complaint : complaints) ensure(complaint.find(": ") != std::string::npos);
  return 0;
}
