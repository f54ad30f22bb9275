#pragma once
#include "../adapters/running_services.hpp"
#include "../commands.hpp"

#include <string>
#include <vector>

namespace hookswitch::cli {

/// How long a command waits until what it has changed is known everywhere.
struct ServicesOption {
  std::string brokers;
  std::vector<std::string> admin_urls;
  int wait_s = 30;

  [[nodiscard]] std::vector<AdminPort> admin_ports() const;
};

/// --kafka, --wait and --admin-url, also from HOOKSWITCH_KAFKA and HOOKSWITCH_ADMIN_URLS.
void add_services(CLI::App& command, ServicesOption& option);

/// Waits until every change of the directory is on its topic and every running service has read it;
/// who has not is said on stderr. 0, or 1 when somebody has not in time. With a company's token,
/// which is not told of it, it does not wait, and says so.
int wait_for_services(const ServicesOption& option, const DirectoryAccess& access);

}  // namespace hookswitch::cli
