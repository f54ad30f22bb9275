#include "../commands.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/signing/calcom.hpp>
#include <hookswitch/signing/retell.hpp>

#include <iostream>
#include <iterator>
#include <optional>

namespace hookswitch::cli {
namespace {

struct Options {
  std::string provider;
  std::vector<std::string> keys;
  std::string header;
  std::optional<std::int64_t> now_ms;
};

/// Why the body is not genuine; empty when it is.
std::string refusal(const Options& options, const std::string& body) {
  if (options.provider == "retell") {
    const auto now = options.now_ms ? from_epoch_ms(*options.now_ms) : SystemClock().now();
    const auto verdict = signing::retell::verify(body, options.header, options.keys, now);
    if (verdict != signing::retell::Verdict::genuine) {
      return std::string(signing::retell::to_string(verdict));
    }
  } else {
    const auto verdict = signing::calcom::verify(body, options.header, options.keys);
    if (verdict != signing::calcom::Verdict::genuine) {
      return std::string(signing::calcom::to_string(verdict));
    }
  }
  return json::is_utf8(body) ? "" : "the body is not valid UTF-8";
}

int verify(const Options& options) {
  const std::string body{std::istreambuf_iterator<char>(std::cin),
                         std::istreambuf_iterator<char>()};
  const auto why = refusal(options, body);
  if (!why.empty()) {
    std::cerr << "not genuine: " << why << '\n';
    return 1;
  }
  std::cout << "genuine\n";
  return 0;
}

}  // namespace

void add_webhook_verify(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "verify", "Reads a body from stdin; exit code 0 when its signature is genuine, 1 when not");
  command->add_option("--provider", options->provider, "Who signed: retell or calcom")
      ->required()
      ->check(CLI::IsMember({"retell", "calcom"}));
  command->add_option("--key", options->keys, "A key that may have signed; repeatable")
      ->required()
      ->allow_extra_args(false);
  command->add_option("--header", options->header, "The signature header's value")->required();
  command->add_option("--now", options->now_ms,
                      "The time to verify at, milliseconds since the epoch (default: now)");
  command->callback([options, &chosen] { chosen = [options] { return verify(*options); }; });
}

}  // namespace hookswitch::cli
