#include "conninfo.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace hookswitch::postgres {

namespace {

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.') {
      out += c;
    } else {
      out += {'%', hex[byte >> 4U], hex[byte & 0x0FU]};
    }
  }
  return out;
}

std::string setting(std::string_view name, std::chrono::milliseconds value) {
  return "-c " + std::string(name) + "=" + std::to_string(value.count());
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

/// Nothing of the URL, nor of libpq's text, which quotes it.
[[noreturn]] void refuse_malformed() {
  throw std::invalid_argument(
      "the Postgres URL is malformed: it has to be postgresql://user:password@host:port/database, "
      "special characters of the password percent-encoded");
}

/// user:password of the URL as it stands there; empty without an '@'.
std::string_view user_info(std::string_view url) {
  url.remove_prefix(url.find("//") + 2);
  const auto end = url.find('@');
  if (end == std::string_view::npos) return {};
  const std::string_view found = url.substr(0, end);
  const bool ends_there = url.find('@', end + 1) == std::string_view::npos;
  if (!ends_there || found.find_first_of("/?#") != std::string_view::npos) refuse_malformed();
  return found;
}

/// The passwords that libpq finds.
std::vector<std::string> parsed_secrets(const std::string& conninfo) {
  char* reason = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(
      PQconninfoParse(conninfo.c_str(), &reason));
  PQfreemem(reason);
  if (!parsed) refuse_malformed();
  std::vector<std::string> secrets;
  for (const auto* each = parsed.get(); each->keyword != nullptr; ++each) {
    if (each->val == nullptr) continue;
    const std::string_view value = each->val;
    // "user:password" without a host reads as host and port.
    if (each->keyword == std::string_view("port") &&
        value.find_first_not_of("0123456789,") != std::string_view::npos) {
      refuse_malformed();
    }
    if (each->dispchar == std::string_view("*") && !value.empty()) secrets.emplace_back(value);
  }
  return secrets;
}

std::vector<std::string> secrets_of(const std::string& url, const std::string& conninfo) {
  std::vector<std::string> secrets = parsed_secrets(url);
  for (auto& each : parsed_secrets(conninfo)) secrets.push_back(std::move(each));
  const std::string_view user = user_info(url);
  const auto colon = user.find(':');
  if (colon != std::string_view::npos && colon + 1 < user.size())
    secrets.emplace_back(user.substr(colon + 1));
  // The longest first: one may be a part of another.
  std::sort(secrets.begin(), secrets.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return secrets;
}

}  // namespace

std::string masked(std::string text, const std::vector<std::string>& secrets) {
  constexpr std::string_view mask = "***";
  for (const auto& secret : secrets) {
    for (auto at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + mask.size())) {
      text.replace(at, secret.size(), mask);
    }
  }
  return text;
}

Conninfo conninfo_of(const ConnectionOptions& options) {
  if (!options.url.starts_with("postgresql://") && !options.url.starts_with("postgres://")) {
    throw std::invalid_argument("the Postgres URL has to begin with postgresql://");
  }
  std::string out = options.url;
  char separator = out.find('?') == std::string::npos ? '?' : '&';
  const auto add = [&](std::string_view name, std::string_view value) {
    out += separator;
    out.append(name).append("=").append(percent_encoded(value));
    separator = '&';
  };
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.connect_timeout).count();
  add("connect_timeout",
      std::to_string(std::max<std::int64_t>(seconds, 2)));  // libpq's least is 2 s
  add("keepalives_idle", "10");
  add("keepalives_interval", "3");
  add("keepalives_count", "3");
  add("tcp_user_timeout", "10000");  // ms: what we sent and nobody acknowledges
  add("client_encoding", "UTF8");
  add("options",
      setting("statement_timeout", options.statement_timeout) + " " +
          setting("lock_timeout", options.lock_timeout) + " " +
          setting("idle_in_transaction_session_timeout", options.idle_in_transaction_timeout) +
          " -c plan_cache_mode=" +
          (options.keeps_plans ? "force_generic_plan" : "force_custom_plan"));
  if (!options.application_name.empty()) add("application_name", options.application_name);
  if (!options.password.empty()) add("password", options.password);
  auto secrets = secrets_of(options.url, out);
  return {std::move(out), std::move(secrets)};
}

}  // namespace hookswitch::postgres
