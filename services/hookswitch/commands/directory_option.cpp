#include "../adapters/input_file.hpp"
#include "../commands.hpp"
#include "../tenants/rules.hpp"

namespace hookswitch::cli {

void add_directory(CLI::App& command, DirectoryOption& option) {
  command
      .add_option("--directory-url", option.url,
                  "Where the directory service is (http://host:port)")
      ->envname("HOOKSWITCH_DIRECTORY_URL")
      ->required();
  command
      .add_option("--admin-token-file", option.token_file,
                  "A file with an operator's token; without it, HOOKSWITCH_ADMIN_TOKEN holds it")
      ->envname("HOOKSWITCH_ADMIN_TOKEN_FILE");
}

DirectoryAccess access_of(const DirectoryOption& option) {
  std::string token;
  if (!option.token_file.empty()) {
    token = content_of(option.token_file);
    while (token.ends_with('\n')) token.pop_back();
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes it
  } else if (const char* variable = std::getenv("HOOKSWITCH_ADMIN_TOKEN")) {
    token = variable;
  }
  if (token.empty()) {
    throw WrongUse("no operator's token: set HOOKSWITCH_ADMIN_TOKEN or --admin-token-file");
  }
  return {option.url, token};
}

const std::string& entity_id_in_path(const std::string& id, const char* what) {
  const auto complaint = rules::entity_id(id);
  if (!complaint) return id;
  throw WrongUse(std::string(what) + ": " + *complaint);
}

}  // namespace hookswitch::cli
