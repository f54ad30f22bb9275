#pragma once
#include <hookswitch/access/authorise.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::directory {

/// What is kept of a bearer token.
struct StoredToken {
  std::string id;
  access::TokenRecord record;
  TimePoint created_at{};
  std::optional<TimePoint> revoked_at;
  std::string label;
};

/// So long is a token that is no good any more shown, so that whoever wonders finds out why.
constexpr std::chrono::hours tokens_kept_after_end{24 * 30};

/// The tokens inside one transaction; what changes goes to the topic through the outbox. Throws
/// what postgres::Transaction throws.
class TokensPostgres {
 public:
  explicit TokensPostgres(postgres::Transaction& transaction) : transaction_(transaction) {}

  [[nodiscard]] std::optional<StoredToken> find(std::string_view id);
  /// In the order of the ids: those after `after`, at most `limit`.
  [[nodiscard]] std::vector<StoredToken> list(const std::string& after, std::size_t limit);
  [[nodiscard]] bool has_company(const TenantId& company);
  void add(const StoredToken& token, TimePoint now);
  /// False when there is none. What is revoked stays so since when it was first.
  bool revoke(const std::string& id, TimePoint now);
  /// All of a company's that are not revoked yet.
  void revoke_all_of(const std::string& company, TimePoint now);
  /// Removes those that expired or were revoked longer than tokens_kept_after_end ago, at most
  /// `limit`, with their tombstones; how many.
  std::size_t remove_ended(TimePoint now, std::size_t limit);

 private:
  void revoke(StoredToken token, TimePoint now);
  void publish(const StoredToken& token, TimePoint now);

  postgres::Transaction& transaction_;
};

}  // namespace hookswitch::directory
