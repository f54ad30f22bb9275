#include "api_key_option.hpp"

namespace hookswitch::cli {

std::string ApiKeyOption::company_path() const {
  return "/v1/companies/" + entity_id_in_path(company, "the company") + "/api-keys";
}

std::string ApiKeyOption::path() const {
  return company_path() + "/" + provider + "/" + entity_id_in_path(id, "the id");
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
