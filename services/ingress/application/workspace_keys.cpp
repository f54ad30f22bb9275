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

}  // namespace hookswitch::ingress
