#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/sealing/envelope.hpp>
#include <hookswitch/sealing/master_keys.hpp>

#include <string>
#include <vector>

namespace hookswitch::directory {

/// A company's data key as it is kept.
struct WrappedDataKey {
  TenantId company;
  std::string id;
  std::string bytes;
};

/// Companies' data keys inside one transaction of those companies. Throws what
/// postgres::Transaction throws.
class DataKeysPostgres {
 public:
  explicit DataKeysPostgres(postgres::Transaction& transaction) : transaction_(transaction) {}

  /// The one in force, a new one when there is none yet. A Rejection when it cannot be unwrapped.
  [[nodiscard]] Result<sealing::DataKey> in_force(const TenantId& company,
                                                  const sealing::MasterKeys& masters,
                                                  TimePoint now);
  /// A new one in force; the others stay for what they have sealed.
  [[nodiscard]] sealing::DataKey renew(const TenantId& company, const sealing::MasterKeys& masters,
                                       TimePoint now);
  /// Those that are not in force and have sealed nothing that is here.
  void forget_unused(const TenantId& company);
  /// Of every company of the transaction, in the order of their ids.
  [[nodiscard]] std::vector<WrappedDataKey> all();
  /// The same data key, wrapped anew.
  void rewrapped(const WrappedDataKey& key);

 private:
  postgres::Transaction& transaction_;
};

}  // namespace hookswitch::directory
