#include "api_key_option.hpp"

#include "../tenants/rules.hpp"

namespace hookswitch::cli {
namespace {

const std::string& checked(const std::string& id, const char* what) {
  const auto complaint = rules::entity_id(id);
  if (!complaint) return id;
  throw WrongUse(std::string(what) + ": " + *complaint);
}

}  // namespace

std::string ApiKeyOption::company_path() const {
  return "/v1/companies/" + checked(company, "the company") + "/api-keys";
}

std::string ApiKeyOption::path() const {
  return company_path() + "/" + provider + "/" + checked(id, "the id");
}

void add_company(CLI::App& command, ApiKeyOption& option) {
  add_directory(command, option.directory);
  command.add_option("--company", option.company, "Whose key it is")->required();
}

void add_api_key(CLI::App& command, ApiKeyOption& option) {
  add_company(command, option);
  add_services(command, option.services);
  command.add_option("--provider", option.provider, "Whom it is shown to: retell or calcom")
      ->check(CLI::IsMember({"retell", "calcom"}))
      ->required();
  command.add_option("id", option.id, "What the key is called (2026-11); not the key")->required();
}

}  // namespace hookswitch::cli
