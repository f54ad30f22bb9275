#pragma once
#include "../commands.hpp"
#include "wait_for_services.hpp"

#include <string>

namespace hookswitch::cli {

/// Which of a company's keys at the providers a command is about.
struct ApiKeyOption {
  DirectoryOption directory;
  ServicesOption services;
  std::string company;
  std::string provider;
  std::string id;

  /// The path of all keys of the company. Throws WrongUse when an id is none.
  [[nodiscard]] std::string company_path() const;
  /// The path of the one key; likewise.
  [[nodiscard]] std::string path() const;
};

/// --company and what add_directory() adds.
void add_company(CLI::App& command, ApiKeyOption& option);
/// Those, --provider, the id, and what add_services() adds.
void add_api_key(CLI::App& command, ApiKeyOption& option);

}  // namespace hookswitch::cli
