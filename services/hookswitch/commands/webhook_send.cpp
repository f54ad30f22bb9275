#include "../adapters/input_file.hpp"
#include "../commands.hpp"
#include "webhook_destination.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/http/client.hpp>
#include <hookswitch/signing/calcom.hpp>
#include <hookswitch/signing/retell.hpp>

#include <iostream>
#include <stdexcept>

namespace hookswitch::cli {
namespace {

struct Options {
  std::string provider;
  std::string file;
  std::string key;
  std::string url;
  std::string workspace;
  std::vector<std::string> headers;
};

int send(const Options& options) {
  const auto body = content_of(options.file);
  const auto key = webhook_key(options.provider, options.key);
  const auto url = webhook_url(options.provider, options.url, options.workspace);
  http::RequestHeaders headers{{"Content-Type", "application/json"}};
  if (options.provider == "retell") {
    headers.emplace_back("X-Retell-Signature",
                         signing::retell::sign(body, key, SystemClock().now()));
  } else {
    headers.emplace_back("X-Cal-Signature-256", signing::calcom::sign(body, key));
  }
  for (const auto& header : options.headers) {
    const auto equals = header.find('=');
    if (equals == 0 || equals == std::string::npos) {
      throw WrongUse("--header must be NAME=VALUE");
    }
    headers.emplace_back(header.substr(0, equals), header.substr(equals + 1));
  }
  const auto answer = http::post(url, headers, body, Milliseconds{15'000});
  if (!answer) throw std::runtime_error(url + ": " + answer.error().message);
  std::cout << answer->status << '\n' << answer->body << '\n';
  return answer->status >= 200 && answer->status < 300 ? 0 : 1;
}

}  // namespace

void add_webhook_send(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command =
      parent.add_subcommand("send", "Signs a body and posts it; prints status and body");
  command->add_option("--provider", options->provider, "Who signs: retell or calcom")
      ->required()
      ->check(CLI::IsMember({"retell", "calcom"}));
  command->add_option("--file", options->file, "The body, sent byte for byte; - for stdin")
      ->required();
  command->add_option("--key", options->key,
                      "The key to sign with (default: HOOKSWITCH_RETELL_API_KEY or "
                      "HOOKSWITCH_CALCOM_WEBHOOK_SECRET)");
  command->add_option("--url", options->url,
                      "Where to (default: HOOKSWITCH_INGRESS_URL and the provider's path)");
  command->add_option("--workspace", options->workspace,
                      "Sends to /workspaces/WORKSPACE/webhooks/…");
  command
      ->add_option("--header", options->headers,
                   "NAME=VALUE, a further header; replaces one of that name; repeatable")
      ->allow_extra_args(false);
  command->callback([options, &chosen] { chosen = [options] { return send(*options); }; });
}

}  // namespace hookswitch::cli
