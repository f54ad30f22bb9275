#include "prepared_statements.hpp"

#include <openssl/sha.h>

#include <array>

namespace hookswitch::postgres {
namespace {

/// Beyond it a session remembers no further statements: they are made by us, and are few.
constexpr std::size_t statements_max = 256;
constexpr std::size_t digest_bytes_used = 16;

/// Made of the statement itself: a pooler may hand us a session on which another client has
/// prepared that name, and then it is the same statement.
std::string name_of(const std::string& sql) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(sql.data()), sql.size(), digest.data());
  std::string name = "hookswitch_";
  for (std::size_t i = 0; i < digest_bytes_used; ++i) {
    name += digits[digest[i] >> 4U];
    name += digits[digest[i] & 15U];
  }
  return name;
}

}  // namespace

PreparedStatements::Use PreparedStatements::use(std::string_view sql) {
  const auto found = names_.find(sql);
  if (found == names_.end()) {
    if (names_.size() < statements_max) names_.emplace(sql, "");
    return {};
  }
  const bool is_new = found->second.empty();
  if (is_new) found->second = name_of(found->first);
  return {&found->second, is_new};
}

void PreparedStatements::forget(std::string_view sql) {
  if (const auto found = names_.find(sql); found != names_.end()) found->second.clear();
}

}  // namespace hookswitch::postgres
