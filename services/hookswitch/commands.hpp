#pragma once
#include "adapters/directory_api.hpp"

#include <CLI/CLI.hpp>

#include <functional>

/// The subcommands, one file each under commands/. Each add_… declares its flags and, when it is
/// the one that was called, sets what is to be done; that returns the exit code: 0 good, 1 the
/// answer is no, 2 wrong use, 3 a provider key is known and not in force (keys_in_force.hpp).
namespace hookswitch::cli {

using Action = std::function<int()>;

void add_webhook_send(CLI::App& parent, Action& chosen);
void add_webhook_verify(CLI::App& parent, Action& chosen);
void add_simulate_calls(CLI::App& parent, Action& chosen);
void add_tail(CLI::App& parent, Action& chosen);
void add_dlq_list(CLI::App& parent, Action& chosen);
void add_dlq_show(CLI::App& parent, Action& chosen);
void add_dlq_replay(CLI::App& parent, Action& chosen);
void add_dlq_discard(CLI::App& parent, Action& chosen);
void add_tenant_apply(CLI::App& parent, Action& chosen);
void add_tenant_get(CLI::App& parent, Action& chosen);
void add_tenant_list(CLI::App& parent, Action& chosen);
void add_provider_key_put(CLI::App& parent, Action& chosen);
void add_provider_key_list(CLI::App& parent, Action& chosen);
void add_provider_key_retire(CLI::App& parent, Action& chosen);
void add_provider_key_delete(CLI::App& parent, Action& chosen);
void add_provider_key_rewrap(CLI::App& parent, Action& chosen);
void add_api_key_put(CLI::App& parent, Action& chosen);
void add_api_key_list(CLI::App& parent, Action& chosen);
void add_api_key_retire(CLI::App& parent, Action& chosen);
void add_api_key_delete(CLI::App& parent, Action& chosen);
void add_api_key_reseal(CLI::App& parent, Action& chosen);
void add_token_create(CLI::App& parent, Action& chosen);
void add_token_list(CLI::App& parent, Action& chosen);
void add_token_revoke(CLI::App& parent, Action& chosen);
void add_unresolved_list(CLI::App& parent, Action& chosen);
void add_unresolved_release(CLI::App& parent, Action& chosen);

/// --kafka, also from HOOKSWITCH_KAFKA.
void add_kafka(CLI::App& command, std::string& brokers);

/// --directory-url and --admin-token-file, also from HOOKSWITCH_DIRECTORY_URL and
/// HOOKSWITCH_ADMIN_TOKEN(_FILE).
struct DirectoryOption {
  std::string url;
  std::string token_file;
};
void add_directory(CLI::App& command, DirectoryOption& option);
/// Throws WrongUse when there is no token. Reads the file.
[[nodiscard]] DirectoryAccess access_of(const DirectoryOption& option);

/// Wrong use that only shows once the command runs: named on stderr, exit code 2.
class WrongUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `id` as it is. Throws WrongUse, with `what` before the complaint, when it does not keep the rule
/// of ids: it would be another path.
[[nodiscard]] const std::string& entity_id_in_path(const std::string& id, const char* what);

}  // namespace hookswitch::cli
