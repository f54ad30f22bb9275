#pragma once
#include "domain/entities.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::directory {

struct Stored {
  Entity entity;
  /// Rises with every change of any entity, and is never given twice, also not after a deletion.
  std::int64_t version = 0;
};

/// The directory inside one transaction, of the tenants that it was begun for: what belongs to
/// others is not there. Changes are told on the topic once it has been committed. Throws what its
/// store throws, and AlreadyTaken.
class DirectoryStore {
 public:
  virtual ~DirectoryStore() = default;

  [[nodiscard]] virtual std::optional<Stored> find(const EntityKey& key) = 0;
  /// In the order of the ids: those after `after`, of one company if given, at most `limit`.
  [[nodiscard]] virtual std::vector<Stored> list(Kind kind, const std::optional<TenantId>& company,
                                                 std::string_view after, std::size_t limit) = 0;
  /// Who would be left with a dangling reference if it went, an entity or a key, for people to
  /// read; nothing when nobody.
  [[nodiscard]] virtual std::optional<std::string> user_of(const EntityKey& key) = 0;
  /// Writes the whole entity; its new version.
  virtual std::int64_t save(const Entity& entity) = 0;
  virtual void remove(const Entity& entity) = 0;
};

/// The id is another tenant's, which this transaction cannot see, or a constraint of the database
/// refused what the use case had overlooked.
class AlreadyTaken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace hookswitch::directory
