#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What the running services say of themselves at their admin ports, which the operator names.
namespace hookswitch::cli {

/// Where processes of one service can be asked: one, or as many as the host has addresses (a
/// headless Service of Kubernetes).
struct AdminPort {
  std::string service;  ///< what it is called in messages; of several instances the same
  std::string url;      ///< http://host:port
};

/// `billing=http://host:port`, or the URL alone, which is then its name too. Throws
/// std::invalid_argument.
[[nodiscard]] AdminPort read_admin_port(const std::string& text);

/// How far somebody has to have read the directory topic: its last offset now.
struct DirectoryTarget {
  std::string brokers;
  std::int64_t offset = -1;
};

/// Waits until each service has the directory topic up to the target's offset. Returns who has not
/// within `patience`, with why. A service that keeps a copy in each process has it when each that
/// runs has applied it. One that reads it as a consumer group into its schema has it when the
/// group has committed it, whoever of the group that was: an instance that is down or owns no
/// partition is not waited for while another one answers. One that is ready and tells neither has
/// no use for it.
[[nodiscard]] std::vector<std::string> await_directory(const std::vector<AdminPort>& ports,
                                                       const DirectoryTarget& target,
                                                       std::chrono::milliseconds patience);

/// What those processes that open provider keys say of them now.
struct ProviderKeysTold {
  struct Keys {
    std::string who;  ///< service and address
    /// `<workspace>/<key id>` to why it does not open ("unknown_master_key 2026-11").
    std::map<std::string, std::string, std::less<>> closed;
    /// Those whose workspace and provider have keys in a file, which count instead.
    std::map<std::string, std::string, std::less<>> overruled;
  };
  std::vector<Keys> told;               ///< one for each process
  std::vector<std::string> unanswered;  ///< who did not answer, with why
};
[[nodiscard]] ProviderKeysTold ask_provider_keys(const std::vector<AdminPort>& ports);

}  // namespace hookswitch::cli
