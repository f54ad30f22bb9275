#pragma once
#include "adapters/rewrapping.hpp"

#include <hookswitch/core/result.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/sealing/master_keys.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hookswitch::directory {

/// A provider key as it may be shown: without the key.
struct ProviderKey {
  std::string workspace;
  std::string id;
  std::string provider;  ///< "retell" or "calcom"
  bool retiring = false;
  TimePoint created_at{};
  friend bool operator==(const ProviderKey&, const ProviderKey&) = default;
};

/// The sealed provider keys inside one transaction; what changes goes to the topic through the
/// outbox. Throws what postgres::Transaction throws.
class ProviderKeysPostgres {
 public:
  explicit ProviderKeysPostgres(postgres::Transaction& transaction) : transaction_(transaction) {}

  [[nodiscard]] bool has_workspace(const std::string& workspace);
  /// In the order of the ids: those after `after`, at most `limit`.
  [[nodiscard]] std::vector<ProviderKey> list(const std::string& workspace,
                                              const std::string& after, std::size_t limit);
  [[nodiscard]] std::optional<ProviderKey> find(const std::string& workspace,
                                                const std::string& id);
  /// Seals `key` under the workspace's data key (the one that its other keys have, else a new one,
  /// wrapped by the newest master key) and writes it. A Rejection when the data key is wrapped by a
  /// master key that is not there.
  [[nodiscard]] Result<void> put(const ProviderKey& meta, const std::string& key,
                                 const sealing::MasterKeys& masters, TimePoint now);
  /// Only whether it is retiring.
  void put_state(const ProviderKey& meta, TimePoint now);
  /// Brings the data key of every provider key under the newest master key; what cannot be
  /// unwrapped stays as it is. What was sealed stays good.
  [[nodiscard]] Rewrapping rewrap_all(const sealing::MasterKeys& masters, TimePoint now);
  /// False when there was none.
  bool remove(const std::string& workspace, const std::string& id, TimePoint now);

 private:
  void publish(const std::string& workspace, const std::string& id, TimePoint now);

  postgres::Transaction& transaction_;
};

}  // namespace hookswitch::directory
