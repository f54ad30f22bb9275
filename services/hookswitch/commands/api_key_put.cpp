#include "api_key_option.hpp"
#include "key_input.hpp"

#include <hookswitch/json/writer.hpp>

#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  ApiKeyOption of;
  std::string file = "-";
  bool replace = false;
};

bool is_there(const ApiKeyOption& option, const DirectoryAccess& access) {
  bool found = false;
  each_item(access, option.company_path(), [&](const json::Value& key) {
    found = found || (key["id"].string().value() == option.id &&
                      key["provider"].string().value() == option.provider);
  });
  return found;
}

int put(const Options& options) {
  const auto path = options.of.path();
  const auto access = access_of(options.of.directory);
  const auto key = key_in(options.file);
  if (!options.replace && is_there(options.of, access)) {
    std::cerr << "hookswitch: the company has a key " << options.of.id << " for "
              << options.of.provider << "; take another id beside it, or --replace it\n";
    return 1;
  }
  json::Writer body;
  body.begin_object();
  body.key("key").string(key);
  std::cout << ask_directory(access, "PUT", path, body.end_object().take()) << std::endl;
  return wait_for_services(options.of.services, access);
}

}  // namespace

void add_api_key_put(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "put",
      "Takes a key with which the provider is called on a company's behalf, beside those that are "
      "there. It is sealed, and shown never again");
  add_api_key(*command, options->of);
  command->add_option("--key-file", options->file, "The file that holds the key; - for stdin")
      ->capture_default_str();
  command->add_flag("--replace", options->replace, "Replaces the key of that id");
  command->callback([options, &chosen] { chosen = [options] { return put(*options); }; });
}

}  // namespace hookswitch::cli
