#pragma once
#include "adapters/api_key_records.hpp"
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

/// What became of a company's keys when they were to be sealed with a new data key.
struct Resealing {
  std::string data_key;  ///< the new one's id
  std::size_t resealed = 0;
  struct Closed {
    ApiKeyName name;
    Rejection why;  ///< what sealing says
  };
  std::vector<Closed> closed;  ///< they stay as they are
};

/// Companies' sealed keys inside one transaction of those companies; what changes goes to the topic
/// through the outbox. Changing one takes the writers' lock. Throws what postgres::Transaction
/// throws.
class ApiKeysPostgres {
 public:
  explicit ApiKeysPostgres(postgres::Transaction& transaction) : transaction_(transaction) {}

  [[nodiscard]] bool has_company(const TenantId& company);
  /// In the order of provider and id: those after `after` ("calcom/2026-11"; empty: all), at most
  /// `limit`.
  [[nodiscard]] std::vector<ApiKey> list(const TenantId& company, const std::string& after,
                                         std::size_t limit);
  [[nodiscard]] std::optional<ApiKey> find(const ApiKeyName& name);
  /// Seals `secret` with the company's data key in force and writes it. A Rejection when that data
  /// key cannot be unwrapped.
  [[nodiscard]] Result<void> put(const ApiKey& key, const std::string& secret,
                                 const sealing::MasterKeys& masters, TimePoint now);
  /// Only whether it is retiring.
  void put_state(const ApiKey& key, TimePoint now);
  /// False when there was none.
  bool remove(const ApiKeyName& name, TimePoint now);
  /// Gives the company a new data key and seals all that opens with it.
  [[nodiscard]] Resealing reseal_all(const TenantId& company, const sealing::MasterKeys& masters,
                                     TimePoint now);
  /// Brings the data keys of every company of the transaction under the newest master key; what
  /// cannot be unwrapped stays as it is. What was sealed stays good.
  [[nodiscard]] Rewrapping rewrap_all(const sealing::MasterKeys& masters, TimePoint now);

 private:
  struct Sealed;
  [[nodiscard]] std::vector<Sealed> sealed_of(const TenantId& company);
  void write(const ApiKey& key, const std::string& data_key, const std::string& sealed,
             TimePoint now);
  void publish(const ApiKeyName& name, TimePoint now);

  postgres::Transaction& transaction_;
};

}  // namespace hookswitch::directory
