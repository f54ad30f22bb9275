#include "conninfo.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

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

}  // namespace

std::string conninfo_of(const ConnectionOptions& options) {
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
          setting("idle_in_transaction_session_timeout", options.idle_in_transaction_timeout));
  if (!options.application_name.empty()) add("application_name", options.application_name);
  if (!options.password.empty()) add("password", options.password);
  return out;
}

}  // namespace hookswitch::postgres
