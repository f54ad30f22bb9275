#include "wait_for_services.hpp"

#include "../adapters/bus.hpp"

#include <hookswitch/events/topics.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <stdexcept>

namespace hookswitch::cli {

/// Without this there is nothing that the services could be behind of.
static constexpr std::chrono::seconds publication_patience{10};

static std::string complaint_about_admin_url(const std::string& text) {
  try {
    static_cast<void>(read_admin_port(text));
    return {};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

std::vector<AdminPort> ServicesOption::admin_ports() const {
  std::vector<AdminPort> ports;
  ports.reserve(admin_urls.size());
  for (const auto& text : admin_urls) ports.push_back(read_admin_port(text));
  return ports;
}

void add_services(CLI::App& command, ServicesOption& option) {
  auto* kafka = command
                    .add_option("--kafka", option.brokers,
                                "Kafka's bootstrap servers, to know when the services have it")
                    ->envname("HOOKSWITCH_KAFKA");
  command.add_option("--wait", option.wait_s, "How many seconds to wait for the services")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  command
      .add_option("--admin-url", option.admin_urls,
                  "The services' admin ports, name=http://host:port, comma-separated")
      ->delimiter(',')
      ->allow_extra_args(false)  // or it would take the words behind it
      ->check(CLI::Validator(complaint_about_admin_url, "[NAME=]URL"))
      ->envname("HOOKSWITCH_ADMIN_URLS")
      ->needs(kafka);
}

int wait_for_services(const ServicesOption& option, const DirectoryAccess& access) {
  const std::chrono::seconds patience{option.wait_s};
  try {
    if (!await_published(access, std::max(patience, publication_patience))) {
      std::cerr << "not every change is on the topic yet: is Kafka away?\n";
      return 1;
    }
  } catch (const DirectoryRefusal& refusal) {
    if (refusal.status() != 403) throw;
    std::cerr
        << "not waiting for the services: only an operator's token is told how far they are\n";
    return 0;
  }
  if (option.admin_urls.empty()) {
    std::cerr
        << "no admin URLs (--admin-url, HOOKSWITCH_ADMIN_URLS): not waiting for the services\n";
    return 0;
  }
  const auto last = end_of(option.brokers, std::string(events::topics::directory)) - 1;
  const auto lacking = await_directory(option.admin_ports(), {option.brokers, last}, patience);
  for (const auto& who : lacking) std::cerr << "does not have it yet: " << who << '\n';
  return lacking.empty() ? 0 : 1;
}

}  // namespace hookswitch::cli
