#pragma once
#include "application/ports.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/postgres/connection.hpp>

namespace hookswitch::directory {

/// The store on the tables of migrations/, and its changes in the outbox. Writing needs the
/// writers' lock (DirectoryDatabase::write). Throws what postgres::Transaction throws.
class DirectoryStorePostgres final : public DirectoryStore {
 public:
  DirectoryStorePostgres(postgres::Transaction& transaction, TimePoint now)
      : transaction_(transaction), now_(now) {}

  std::optional<Stored> find(const EntityKey& key) override;
  std::vector<Stored> list(Kind kind, const std::optional<TenantId>& company,
                           std::string_view after, std::size_t limit) override;
  std::optional<std::string> user_of(const EntityKey& key) override;
  std::int64_t save(const Entity& entity) override;
  void remove(const Entity& entity) override;

 private:
  std::vector<Stored> documents(Kind kind, const postgres::Rows& rows);
  std::vector<Stored> numbers(const postgres::Rows& rows);
  std::vector<Stored> workspaces(const postgres::Rows& rows);
  std::int64_t next_version();
  void write(const Entity& entity, std::int64_t version);
  void write(const PhoneNumber& number, std::int64_t version);
  void write(const Workspace& workspace, std::int64_t version);
  void write_document(const Entity& entity, std::int64_t version);

  postgres::Transaction& transaction_;
  TimePoint now_;
};

}  // namespace hookswitch::directory
