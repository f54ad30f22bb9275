#pragma once
#include <hookswitch/postgres/connection.hpp>

#include <string>
#include <vector>

namespace hookswitch::postgres {

inline ConnectionOptions options_for(std::string url) {
  ConnectionOptions options;
  options.url = std::move(url);
  options.application_name = "postgres-test";
  return options;
}

inline std::vector<TenantId> tenants(std::initializer_list<const char*> names) {
  std::vector<TenantId> ids;
  for (const char* name : names) ids.emplace_back(name);
  return ids;
}

/// Texts that something on the way to the server and back could take for something else.
inline std::vector<std::string> misleading_texts() {
  return {"plain",
          "",
          "NULL",
          R"(quote " and \ backslash)",
          "{brace},comma",
          " blank ",
          "Zeile\nUmbruch\ttab",
          "Grüße, 電話 📞",
          std::string(22'000, '"')};
}

}  // namespace hookswitch::postgres
