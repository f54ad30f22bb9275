#include "api_key_option.hpp"

#include <hookswitch/json/document.hpp>

#include <iostream>

namespace hookswitch::cli {

static int reseal(const ApiKeyOption& option) {
  const auto path = option.company_path() + ":reseal";
  const auto access = access_of(option.directory);
  const auto answer = ask_directory(access, "POST", path, "{}");
  std::cout << answer << std::endl;
  const auto document = json::Document::parse(answer);
  if (!document) throw DirectoryRefusal("the directory service's answer is not JSON");
  const auto known_to_all = wait_for_services(option.services, access);
  const auto closed = document->root()["closed"].elements().size();
  if (closed == 0) return known_to_all;
  std::cerr << "hookswitch: " << closed << " keys do not open, and stay as they are\n";
  return 1;
}

void add_api_key_reseal(CLI::App& parent, Action& chosen) {
  auto option = std::make_shared<ApiKeyOption>();
  auto* command = parent.add_subcommand(
      "reseal",
      "Gives a company a new data key, and seals all its keys with it; the old one is forgotten");
  add_company(*command, *option);
  add_services(*command, option->services);
  command->callback([option, &chosen] { chosen = [option] { return reseal(*option); }; });
}

}  // namespace hookswitch::cli
