#include "keys_in_force.hpp"

#include <chrono>
#include <functional>
#include <iostream>
#include <string_view>
#include <thread>
#include <vector>

namespace hookswitch::cli {
namespace {

constexpr std::chrono::milliseconds poll_pause{100};
constexpr std::string_view unknown_master_key = "unknown_master_key ";
constexpr std::string_view no_master_key = "no_master_key ";

/// Why a key is closed, for a person.
std::string in_words(std::string_view why) {
  for (const auto code : {unknown_master_key, no_master_key}) {
    if (!why.starts_with(code)) continue;
    return "lacks the master key " + std::string(why.substr(code.size())) +
           " that wraps it: it is not in the file HOOKSWITCH_MASTER_KEY_FILE there";
  }
  return "cannot open it (" + std::string(why) + ")";
}

using Keys = ProviderKeysTold::Keys;
/// What is wrong with the keys of one process, a line each.
using Trouble = std::function<std::vector<std::string>(const Keys&)>;

int await(const ServicesOption& option, const Trouble& trouble) {
  if (option.admin_urls.empty()) return 0;  // it was said before that nobody is waited for
  const auto ports = option.admin_ports();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{option.wait_s};
  while (true) {
    const auto now = ask_provider_keys(ports);
    std::vector<std::string> lines = now.unanswered;
    for (const auto& keys : now.told) {
      for (const auto& line : trouble(keys)) lines.push_back(keys.who + " " + line);
    }
    if (lines.empty() && now.told.empty()) {
      std::cerr
          << "hookswitch: nobody among the admin URLs opens provider keys: whether this is in "
             "force at ingress is not known\n";
    }
    if (lines.empty()) return 0;
    if (std::chrono::steady_clock::now() >= until) {
      for (const auto& line : lines) std::cerr << "hookswitch: not in force: " << line << '\n';
      return not_in_force;
    }
    std::this_thread::sleep_for(poll_pause);
  }
}

}  // namespace

int wait_until_in_force(const ServicesOption& option, const std::string& key) {
  return await(option, [&](const Keys& keys) {
    std::vector<std::string> lines;
    if (const auto found = keys.closed.find(key); found != keys.closed.end()) {
      lines.push_back("has the key " + key + " and " + in_words(found->second));
    }
    if (keys.overruled.contains(key)) {
      lines.push_back(
          "takes that workspace's keys of that provider from its workspaces file, not " + key);
    }
    return lines;
  });
}

int wait_for_master_key(const ServicesOption& option, const std::string& master_key) {
  return await(option, [&](const Keys& keys) {
    std::vector<std::string> lines;
    for (const auto& [key, why] : keys.closed) {
      const bool lacks_it = why == std::string(unknown_master_key) + master_key ||
                            why == std::string(no_master_key) + master_key;
      if (lacks_it) lines.push_back("has the key " + key + " and " + in_words(why));
    }
    return lines;
  });
}

}  // namespace hookswitch::cli
