#pragma once
#include "adapters/tenant_scope.hpp"
#include "application/ports.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::directory {

/// What the two sides of a commit are called among the named steps.
struct CommitSteps {
  const char* before_commit;
  const char* after_commit;
};
inline constexpr CommitSteps change_steps{"directory.change_before_commit",
                                          "directory.change_after_commit"};
inline constexpr CommitSteps give_back_steps{"directory.give_back_before_commit",
                                             "directory.give_back_after_commit"};

/// The directory's transactions, on a connection of its own. One thread.
class DirectoryDatabase {
 public:
  /// `committed` is called after each commit. `clock` and `faults` outlive this.
  DirectoryDatabase(const postgres::ConnectionOptions& options, const Clock& clock,
                    FaultPort& faults, std::function<void()> committed,
                    CommitSteps steps = change_steps);

  /// To be called before each request: a server that was restarted has closed a connection at rest,
  /// which only its next statement notices. Asks again then, once, while nothing has begun.
  void revive();
  /// Calls `work` in a transaction of those tenants, which only reads.
  void read(const TenantScope& scope, const std::function<void(DirectoryStore&)>& work);
  /// Likewise, alone: one change of the directory is made at a time, whoever makes it, so that
  /// what `work` sees stays so until it is committed, and versions and outbox rows are in commit
  /// order (docs/decisions/0041). May call `work` again after a conflict. What it throws rolls
  /// back. Both throw postgres::Unavailable, postgres::StatementError, AlreadyTaken.
  void write(const TenantScope& scope, const std::function<void(DirectoryStore&)>& work);

  /// As write(), for what belongs to the operator and lies in tables that no tenant has a part in.
  void write_operators(const std::function<void(postgres::Transaction&, TimePoint now)>& work);
  /// Reads the same. No tenant's row is seen.
  void read_operators(const std::function<void(postgres::Transaction&)>& work);

  /// As write() and read(), for what belongs to one company and is no entity.
  void write_of(const TenantId& company,
                const std::function<void(postgres::Transaction&, TimePoint now)>& work);
  void read_of(const TenantId& company, const std::function<void(postgres::Transaction&)>& work);

  /// Committed changes of the directory that are not certain to be on its topic yet.
  [[nodiscard]] std::int64_t unpublished();
  /// One statement outside any tenant, on tables that no tenant has a part in.
  [[nodiscard]] postgres::Rows ask_alone(std::string_view sql,
                                         const std::vector<postgres::Parameter>& parameters);

 private:
  [[nodiscard]] std::vector<TenantId> tenants_of(const TenantScope& scope);
  using Work = std::function<void(postgres::Transaction&)>;
  void write_in(const TenantScope& scope, const Work& work);
  bool try_write(const TenantScope& scope, const Work& work);

  postgres::Connection connection_;
  const Clock& clock_;
  FaultPort& faults_;
  std::function<void()> committed_;
  const CommitSteps steps_;
};

}  // namespace hookswitch::directory
