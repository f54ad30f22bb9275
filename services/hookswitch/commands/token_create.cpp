#include "../adapters/directory_api.hpp"
#include "../commands.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/json/writer.hpp>

#include <chrono>
#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  DirectoryOption directory;
  std::string company;
  bool operators = false;
  std::string permission = "read";
  int days = 90;
  std::string label;
};

int create(const Options& options) {
  json::Writer body;
  body.begin_object();
  if (!options.operators) body.key("company_id").string(options.company);
  body.key("permission").string(options.permission);
  const auto expires_at = SystemClock().now() + std::chrono::hours{24} * options.days;
  body.key("expires_at").string(format_rfc3339(expires_at));
  body.key("label").string(options.label);
  const auto made =
      ask_directory(access_of(options.directory), "POST", "/v1/tokens", body.end_object().take());
  std::cout << made << '\n';
  return 0;
}

}  // namespace

void add_token_create(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "create", "Makes a token and prints it as JSON; it is shown this once and kept nowhere");
  add_directory(*command, options->directory);
  auto* whose = command->add_option_group("whose", "What the token is about")->require_option(1);
  whose->add_option("--company", options->company, "What is that company's");
  whose->add_flag("--operator", options->operators, "Every company, and what belongs to none");
  command->add_option("--permission", options->permission, "read, or write (which includes read)")
      ->check(CLI::IsMember({"read", "write"}))
      ->capture_default_str();
  command->add_option("--days", options->days, "How long it is good")
      ->check(CLI::Range(1, 400))
      ->capture_default_str();
  command->add_option("--label", options->label,
                      "What it is for, shown by `token list`; not a person's name");
  command->callback([options, &chosen] { chosen = [options] { return create(*options); }; });
}

}  // namespace hookswitch::cli
