#include "../adapters/directory_api.hpp"
#include "../commands.hpp"

#include <hookswitch/json/document.hpp>

#include <iostream>
#include <stdexcept>

namespace hookswitch::cli {

static int list(const DirectoryOption& directory) {
  const auto answer = ask_directory(access_of(directory), "GET", "/v1/tokens");
  const auto document = json::Document::parse(answer);
  if (!document) throw std::runtime_error("the directory service's list of tokens is not JSON");
  for (const auto& token : document->root()["items"].elements())
    std::cout << token.raw_json() << '\n';
  return 0;
}

void add_token_list(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<DirectoryOption>();
  auto* command = parent.add_subcommand(
      "list", "All tokens, a JSON line each; what they open with is not among it");
  add_directory(*command, *options);
  command->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace hookswitch::cli
