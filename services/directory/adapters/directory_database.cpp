#include "adapters/directory_database.hpp"

#include "adapters/directory_store_postgres.hpp"
#include "adapters/outbox_input.hpp"

#include <hookswitch/events/topics.hpp>

#include <span>
#include <string>
#include <utility>

namespace hookswitch::directory {
namespace {

constexpr int tries_max = 5;

std::vector<TenantId> ids_in(const postgres::Rows& rows) {
  std::vector<TenantId> ids;
  for (std::size_t i = 0; i < rows.size(); ++i) ids.emplace_back(std::string(rows.text(i, 0)));
  return ids;
}

constexpr auto every_id = "SELECT id FROM directory.company_id ORDER BY id";

/// A refused constraint is an answer, not a failure: somebody else's row is in the way.
bool is_refusal(const postgres::StatementError& error) {
  return error.sqlstate().starts_with("23");
}

}  // namespace

DirectoryDatabase::DirectoryDatabase(const postgres::ConnectionOptions& options, const Clock& clock,
                                     FaultPort& faults, std::function<void()> committed,
                                     CommitSteps steps)
    : connection_(options),
      clock_(clock),
      faults_(faults),
      committed_(std::move(committed)),
      steps_(steps) {}

void DirectoryDatabase::revive() {
  constexpr auto nothing = "SELECT";
  try {
    postgres::execute_alone(connection_, nothing);
  } catch (const postgres::Unavailable&) {
    postgres::execute_alone(connection_, nothing);
  }
}

void DirectoryDatabase::read(const TenantScope& scope,
                             const std::function<void(DirectoryStore&)>& work) {
  postgres::Transaction transaction(connection_, tenants_of(scope));
  DirectoryStorePostgres store(transaction, clock_.now());
  work(store);
}

void DirectoryDatabase::write(const TenantScope& scope,
                              const std::function<void(DirectoryStore&)>& work) {
  write_in(scope, [&](postgres::Transaction& transaction) {
    DirectoryStorePostgres store(transaction, clock_.now());
    work(store);
  });
}

void DirectoryDatabase::write_operators(
    const std::function<void(postgres::Transaction&, TimePoint now)>& work) {
  write_in(TenantScope::every_company_and({}),
           [&](postgres::Transaction& transaction) { work(transaction, clock_.now()); });
}

void DirectoryDatabase::read_operators(const std::function<void(postgres::Transaction&)>& work) {
  postgres::Transaction transaction(connection_, std::span<const TenantId>{});
  work(transaction);
}

void DirectoryDatabase::write_of(
    const TenantId& company,
    const std::function<void(postgres::Transaction&, TimePoint now)>& work) {
  write_in(TenantScope::of(company),
           [&](postgres::Transaction& transaction) { work(transaction, clock_.now()); });
}

void DirectoryDatabase::read_of(const TenantId& company,
                                const std::function<void(postgres::Transaction&)>& work) {
  postgres::Transaction transaction(connection_, std::span(&company, 1));
  work(transaction);
}

void DirectoryDatabase::write_in(const TenantScope& scope, const Work& work) {
  for (int tries = 1;; ++tries) {
    try {
      if (try_write(scope, work)) return;
      if (tries == tries_max) throw postgres::Unavailable("companies come and go all the time");
    } catch (const postgres::Conflict& error) {
      if (tries == tries_max) throw postgres::Unavailable(error.what());
    } catch (const postgres::StatementError& error) {
      if (is_refusal(error)) throw AlreadyTaken(error.what());
      throw;
    }
  }
}

std::int64_t DirectoryDatabase::unpublished() {
  const auto input = outbox_input();
  return ask_alone(
             "SELECT count(*) FROM directory.outbox WHERE input_topic = $1::text AND "
             "input_partition = $2::integer AND topic = $3::text",
             {input.topic, std::to_string(input.partition), std::string(events::topics::directory)})
      .integer(0, 0);
}

postgres::Rows DirectoryDatabase::ask_alone(std::string_view sql,
                                            const std::vector<postgres::Parameter>& parameters) {
  return postgres::execute_alone(connection_, sql, parameters);
}

std::vector<TenantId> DirectoryDatabase::tenants_of(const TenantScope& scope) {
  auto tenants = scope.named();
  if (!scope.every_company()) return tenants;
  for (auto& id : ids_in(postgres::execute_alone(connection_, every_id))) {
    tenants.push_back(std::move(id));
  }
  return tenants;
}

/// False when a company has come or gone before the lock was ours: the transaction would not see
/// all.
bool DirectoryDatabase::try_write(const TenantScope& scope, const Work& work) {
  const auto tenants = tenants_of(scope);
  postgres::Transaction transaction(connection_, tenants);
  transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended('directory.write', 0))");
  if (scope.every_company()) {
    auto now = scope.named();
    for (auto& id : ids_in(transaction.execute(every_id))) now.push_back(std::move(id));
    if (now != tenants) return false;
  }
  work(transaction);
  faults_.reached(steps_.before_commit);
  transaction.commit();
  faults_.reached(steps_.after_commit);
  if (committed_) committed_();
  return true;
}

}  // namespace hookswitch::directory
