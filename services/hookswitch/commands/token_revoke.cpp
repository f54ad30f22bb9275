#include "../adapters/directory_api.hpp"
#include "../commands.hpp"

#include <hookswitch/access/token.hpp>

namespace hookswitch::cli {
namespace {

struct Options {
  DirectoryOption directory;
  std::string id;
};

int revoke(const Options& options) {
  if (!access::is_token_id(options.id)) {
    throw WrongUse(
        "an id is 16 of 0-9 and a-f, as `token list` shows it; the token itself is not wanted "
        "here");
  }
  static_cast<void>(
      ask_directory(access_of(options.directory), "DELETE", "/v1/tokens/" + options.id));
  return 0;
}

}  // namespace

void add_token_revoke(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("revoke", "Refuses a token from now on, for good");
  add_directory(*command, options->directory);
  command->add_option("id", options->id, "Its id, as `token list` shows it")->required();
  command->callback([options, &chosen] { chosen = [options] { return revoke(*options); }; });
}

}  // namespace hookswitch::cli
