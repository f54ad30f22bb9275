#include "key_input.hpp"
#include "keys_in_force.hpp"
#include "provider_key_option.hpp"

#include <hookswitch/json/writer.hpp>

#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  ProviderKeyOption of;
  std::string provider;
  std::string file = "-";
  bool replace = false;
};

int put(const Options& options) {
  const auto path = options.of.path();
  const auto access = access_of(options.of.directory);
  const auto key = key_in(options.file);
  if (!options.replace && provider_of(options.of, access)) {
    std::cerr << "hookswitch: the workspace has a key " << options.of.id
              << "; take another id beside it, or --replace it\n";
    return 1;
  }
  json::Writer body;
  body.begin_object();
  body.key("provider").string(options.provider);
  body.key("key").string(key);
  std::cout << ask_directory(access, "PUT", path, body.end_object().take()) << std::endl;
  const auto known = wait_for_services(options.of.services, access);
  if (known != 0) return known;
  return wait_until_in_force(options.of.services, options.of.workspace + "/" + options.of.id);
}

}  // namespace

void add_provider_key_put(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "put",
      "Takes a key with which a provider signs a workspace's webhooks, beside those that are "
      "there, "
      "and waits until every running service has it and ingress accepts what it signs; exit code 3 "
      "when ingress has it and cannot use it. It is sealed, and shown never again");
  add_provider_key(*command, options->of);
  command->add_option("--provider", options->provider, "retell or calcom")
      ->check(CLI::IsMember({"retell", "calcom"}))
      ->required();
  command->add_option("--key-file", options->file, "The file that holds the key; - for stdin")
      ->capture_default_str();
  command->add_flag("--replace", options->replace,
                    "Replaces the key of that id, which is refused at once");
  command->callback([options, &chosen] { chosen = [options] { return put(*options); }; });
}

}  // namespace hookswitch::cli
