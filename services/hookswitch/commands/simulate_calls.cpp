#include "../adapters/bus.hpp"
#include "../adapters/call_topics.hpp"
#include "../adapters/directory_topic.hpp"
#include "../adapters/webhook_load.hpp"
#include "../commands.hpp"
#include "../simulation/call_body.hpp"
#include "../simulation/call_summary.hpp"
#include "../simulation/deliveries.hpp"
#include "../simulation/simulated_tenants.hpp"
#include "webhook_destination.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/kafka/admin.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>

namespace hookswitch::cli {
namespace {

struct Options {
  SimulationOptions simulation;
  LoadOptions load;
  std::string brokers;
  std::string workspace;
  std::string day = "2026-11-23T07:00:00Z";
  std::vector<std::string> tenants;
  std::string answers;
  int patience_s = 30;
  [[nodiscard]] std::chrono::seconds patience() const { return std::chrono::seconds{patience_s}; }
};

TimePoint day_of(const Options& options) {
  const auto day = parse_rfc3339(options.day);
  if (!day) throw WrongUse("--day must be an instant such as 2026-11-23T07:00:00Z");
  return *day;
}

std::vector<SimulatedTenant> tenants_of(const Options& options) {
  auto tenants = choose_tenants(read_directory_topic(options.brokers),
                                options.workspace.empty() ? "default" : options.workspace,
                                options.simulation.day, options.tenants);
  if (!tenants) throw WrongUse("--tenants: " + tenants.error().message);
  return *std::move(tenants);
}

bool has_topic(const std::string& brokers, std::string_view name) {
  const auto topics = kafka::list_topics(brokers, std::chrono::seconds{10});
  return std::any_of(topics.begin(), topics.end(),
                     [name](const auto& topic) { return topic.first == name; });
}

std::ofstream answers_file(const std::string& path) {
  std::ofstream file;
  if (path.empty()) return file;
  file.open(path, std::ios::app);
  if (!file) throw WrongUse("--answers: cannot write " + path);
  return file;
}

SentNumbers send(const Options& options, const std::vector<SimulatedTenant>& tenants,
                 const std::vector<SimulatedCall>& calls, CallLedger& ledger) {
  auto answers = answers_file(options.answers);
  auto load = options.load;
  if (answers.is_open()) {
    load.accepted = [&answers](const std::string& answer) { answers << answer << '\n'; };
  }
  const auto deliveries = order_deliveries(options.simulation, calls);
  std::cerr << "sending " << deliveries.size() << " webhooks of " << calls.size() << " calls, seed "
            << options.simulation.seed << std::endl;
  auto result = post_webhooks(load, deliveries.size(), [&](std::size_t request) {
    const auto& delivery = deliveries[request];
    const auto& call = calls[delivery.call];
    return body_of(call, delivery.kind, tenants[call.tenant]);
  });
  for (const auto& refusal : result.refusals) std::cerr << "not accepted: " << refusal << '\n';
  for (const auto request : result.not_accepted) ledger.not_accepted(deliveries[request].call);
  SentNumbers sent;
  sent.webhooks = deliveries.size();
  for (const auto& delivery : deliveries) sent.repeats += delivery.repeat ? 1 : 0;
  sent.not_accepted = result.not_accepted.size();
  sent.retried = result.attempts_more;
  sent.bytes = std::move(result.bytes);
  sent.duration = result.duration;
  sent.answered_ms = std::move(result.answered_ms);
  return sent;
}

/// Reads what became of the calls; true when the services have nothing left to read.
bool follow(const Options& options, bool billed, CallLedger& ledger) {
  std::vector<std::string> topics{std::string(events::topics::calls),
                                  std::string(events::topics::webhooks_unresolved)};
  if (billed) topics.emplace_back(events::topics::billing);
  std::cerr << "following " << topics.size() << " topics" << std::endl;
  follow_calls(options.brokers, topics, ledger, options.patience());
  // A repeat may come last of all, and must change nothing.
  bool read_out = await_group(options.brokers, "call-processing",
                              std::string(events::topics::webhooks_retell), options.patience());
  if (billed) {
    read_out = await_group(options.brokers, "billing", std::string(events::topics::calls),
                           options.patience()) &&
               read_out;
  }
  if (!read_out) std::cerr << "the services have not read everything yet\n";
  for (const auto& topic : topics) {
    read_whole_topic(options.brokers, topic,
                     [&ledger](const events::InboundRecord& record) { ledger.take(record); });
  }
  return read_out;
}

int simulate(Options options) {
  options.simulation.day = day_of(options);
  if (options.simulation.seed == 0) {
    options.simulation.seed = static_cast<std::uint64_t>(to_epoch_ms(SystemClock().now()));
  }
  options.load.key = webhook_key("retell", options.load.key);
  options.load.url = webhook_url("retell", options.load.url, options.workspace);
  const auto tenants = tenants_of(options);
  const auto calls = plan_calls(options.simulation, tenants);
  const bool billed = has_topic(options.brokers, events::topics::billing);
  CallLedger ledger(calls, tenants, billed);
  Simulation simulation{options.simulation, tenants, calls, {}, billed, false};
  simulation.sent = send(options, tenants, calls, ledger);
  simulation.read_out = follow(options, billed, ledger);
  std::cout << summary_json(simulation, ledger) << '\n';
  const bool good = all_good(simulation, ledger);
  std::cerr << (good ? "each call became what it should\n"
                     : "not every call became what it should\n");
  return good ? 0 : 1;
}

void add_shape(CLI::App& command, SimulationOptions& options) {
  command.add_option("--count", options.count, "How many calls")
      ->required()
      ->check(CLI::Range(1, 1'000'000));
  command
      .add_option("--seed", options.seed,
                  "The same seed, the same calls; played again, all of it is a repeat (default: a "
                  "new one)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 53));
  const auto percent = [&command](const char* name, unsigned& into, const char* words) {
    command.add_option(name, into, words)->check(CLI::Range(0, 100));
  };
  percent("--duplicates", options.duplicates, "Percent of the webhooks that are sent twice");
  percent("--corrections", options.corrections,
          "Percent of the connected calls whose cost is corrected by a second call_analyzed");
  percent("--large", options.large, "Percent of the connected calls whose bodies have 1 MB");
  command.add_flag("--shuffle", options.shuffle, "Sends everything in any order");
}

}  // namespace

void add_simulate_calls(CLI::App& parent, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand(
      "calls",
      "Plays signed Retell calls against ingress (inbound, outbound, web, never connected), then "
      "follows the topics and says what became of each: one JSON object on stdout. Exit code 0 "
      "when each call became what it should");
  add_kafka(*command, options->brokers);
  add_shape(*command, options->simulation);
  command->add_option("--rate", options->load.rate, "Webhooks a second")
      ->required()
      ->check(CLI::Range(0.01, 100'000.0));
  command
      ->add_option("--tenants", options->tenants,
                   "Whose calls, comma-separated: company ids, or ID=NUMBER[/AGENT] for what the "
                   "directory does not know (default: every company of the workspace)")
      ->delimiter(',');
  command->add_option("--workspace", options->workspace,
                      "Sends to /workspaces/WORKSPACE/webhooks/… (default: the plain path)");
  command->add_option("--key", options->load.key,
                      "The key to sign with (default: HOOKSWITCH_RETELL_API_KEY)");
  command->add_option("--url", options->load.url,
                      "Where to (default: HOOKSWITCH_INGRESS_URL and the path)");
  command->add_option("--connections", options->load.connections, "How many are kept open")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  command
      ->add_option("--attempts", options->load.attempts_max,
                   "How often a webhook is sent, a second apart, until it is accepted")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--answers", options->answers,
                      "Appends to this file what ingress answers to each webhook that it accepts, "
                      "one a line");
  command->add_option("--day", options->day, "Calls start within ten hours from this instant")
      ->capture_default_str();
  command
      ->add_option("--patience", options->patience_s,
                   "How many seconds without news of a call before it is given up")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command->callback([options, &chosen] { chosen = [options] { return simulate(*options); }; });
}

}  // namespace hookswitch::cli
