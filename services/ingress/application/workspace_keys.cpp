#include "workspace_keys.hpp"

#include <random>

namespace hookswitch::ingress {
namespace {

/// Drawn anew by every process, so that it is nobody's key.
std::span<const std::string> unknown_to_all() {
  static const std::vector<std::string> keys = [] {
    std::random_device random;
    std::string key;
    while (key.size() < 64) key += static_cast<char>('a' + random() % 26);
    return std::vector{key};
  }();
  return keys;
}

}  // namespace

std::optional<std::string_view> complaint_about_key(std::string_view key) {
  if (key.empty()) return "an empty key";
  if (key.find_first_of("\r\n") != std::string_view::npos) return "a key of several lines";
  // Cal.com sends this instead of a signature when its webhook has no secret (contracts §3.1).
  if (key == "no-secret-provided") return "not a secret";
  return std::nullopt;
}

std::span<const std::string> KeyRing::retell_api_keys(std::string_view workspace) const {
  const auto found = workspaces.find(workspace);
  if (found == workspaces.end() || found->second.retell_api_keys.empty()) return unknown_to_all();
  return found->second.retell_api_keys;
}

std::span<const std::string> KeyRing::calcom_secrets(std::string_view workspace) const {
  const auto found = workspaces.find(workspace);
  if (found == workspaces.end() || found->second.calcom_secrets.empty()) return unknown_to_all();
  return found->second.calcom_secrets;
}

bool KeyRing::has_all_retell_api_keys(std::string_view workspace) const {
  const auto found = workspaces.find(workspace);
  return complete && (found == workspaces.end() || !found->second.retell_closed);
}

bool KeyRing::has_all_calcom_secrets(std::string_view workspace) const {
  const auto found = workspaces.find(workspace);
  return complete && (found == workspaces.end() || !found->second.calcom_closed);
}

}  // namespace hookswitch::ingress
