#include "commands.hpp"

#include <hookswitch/config/version.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <iostream>

using namespace hookswitch;

namespace {

CLI::App& group(CLI::App& app, const std::string& name, const std::string& purpose) {
  auto* command = app.add_subcommand(name, purpose);
  command->require_subcommand(1);
  return *command;
}

int run(const cli::Action& action) {
  try {
    const int code = action();
    // What could not be written has not been said: a full disk is no success.
    if (code == 0 && !std::cout.flush())
      throw std::runtime_error("the output could not be written");
    return code;
  } catch (const cli::WrongUse& wrong) {
    std::cerr << "hookswitch: " << wrong.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "hookswitch: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  telemetry::start_logging("hookswitch", "cli", telemetry::Level::error);
  CLI::App app(
      "Hookswitch from the command line. Exit codes: 0 good, 1 the answer is no, 2 wrong use.",
      "hookswitch");
  app.require_subcommand(1);
  app.set_version_flag("--version", "hookswitch " + std::string(config::version()));
  cli::Action chosen;
  auto& webhook = group(app, "webhook", "Send and verify webhooks as the providers sign them");
  cli::add_webhook_send(webhook, chosen);
  cli::add_webhook_verify(webhook, chosen);
  cli::add_tail(app, chosen);
  auto& simulate = group(app, "simulate", "Plays what providers send, and says what became of it");
  cli::add_simulate_calls(simulate, chosen);
  auto& dlq = group(app, "dlq", "Dead letters: what a service could not handle");
  cli::add_dlq_list(dlq, chosen);
  cli::add_dlq_show(dlq, chosen);
  cli::add_dlq_replay(dlq, chosen);
  cli::add_dlq_discard(dlq, chosen);
  auto& tenant = group(app, "tenant", "Companies, numbers, agents, workspaces and plans");
  cli::add_tenant_apply(tenant, chosen);
  cli::add_tenant_get(tenant, chosen);
  cli::add_tenant_list(tenant, chosen);
  auto& provider_key =
      group(app, "provider-key", "The keys with which providers sign a workspace's webhooks");
  cli::add_provider_key_put(provider_key, chosen);
  cli::add_provider_key_list(provider_key, chosen);
  cli::add_provider_key_retire(provider_key, chosen);
  cli::add_provider_key_delete(provider_key, chosen);
  cli::add_provider_key_rewrap(provider_key, chosen);
  auto& api_key = group(app, "api-key", "Companies' own keys at the providers");
  cli::add_api_key_put(api_key, chosen);
  cli::add_api_key_list(api_key, chosen);
  cli::add_api_key_retire(api_key, chosen);
  cli::add_api_key_delete(api_key, chosen);
  cli::add_api_key_reseal(api_key, chosen);
  auto& token = group(app, "token", "Bearer tokens: who may ask the services what");
  cli::add_token_create(token, chosen);
  cli::add_token_list(token, chosen);
  cli::add_token_revoke(token, chosen);
  auto& unresolved = group(app, "unresolved", "Webhooks that wait for an owner");
  cli::add_unresolved_list(unresolved, chosen);
  cli::add_unresolved_release(unresolved, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return run(chosen);
}
