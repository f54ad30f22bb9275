#include "webhook_destination.hpp"

#include "../commands.hpp"

#include <cstdlib>

namespace hookswitch::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes it
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

std::string webhook_key(const std::string& provider, const std::string& given) {
  if (!given.empty()) return given;
  const char* variable =
      provider == "retell" ? "HOOKSWITCH_RETELL_API_KEY" : "HOOKSWITCH_CALCOM_WEBHOOK_SECRET";
  auto key = environment(variable);
  if (key.empty()) throw WrongUse(std::string("no key: give --key or set ") + variable);
  return key;
}

std::string webhook_url(const std::string& provider, const std::string& given,
                        const std::string& workspace) {
  auto url = given.empty() ? environment("HOOKSWITCH_INGRESS_URL") : given;
  if (url.empty()) throw WrongUse("no address: give --url or set HOOKSWITCH_INGRESS_URL");
  if (!url.starts_with("http://")) throw WrongUse("the address does not begin with http://");
  const auto host = url.find("://");
  if (url.substr(0, url.find('/', host + 3)).find('@') != std::string::npos) {
    throw WrongUse("the address must not carry a user or password");
  }
  const auto path = url.find('/', host + 3);
  if (path != std::string::npos && path + 1 < url.size()) return url;
  if (path != std::string::npos) url.erase(path);
  if (!workspace.empty()) url += "/workspaces/" + workspace;
  return url + "/webhooks/" + provider;
}

}  // namespace hookswitch::cli
