#pragma once
#include "application/ports.hpp"
#include "domain/rules.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What can be done with the directory: one use case, one file. None keeps anything but through its
/// store; what they throw is what the store throws.
namespace hookswitch::directory {

/// What a request asks of the entity's present state (RFC 9110 §13.1). Value type.
struct Precondition {
  bool must_not_exist = false;                        ///< If-None-Match: *
  bool must_exist = false;                            ///< If-Match: *
  std::optional<std::vector<std::int64_t>> versions;  ///< If-Match with entity tags

  [[nodiscard]] bool holds(const std::optional<Stored>& current) const;
};

struct Refusal {
  enum class Why {
    not_found,
    precondition_failed,
    conflict,  ///< with what the directory says now
    invalid,   ///< by itself, or names what is not there
  };
  Why why = Why::invalid;
  std::string detail;
  Complaints complaints;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

template <class T>
using Outcome = std::variant<T, Refusal>;

struct Put {
  enum class What { created, changed, unchanged };
  What what = What::unchanged;
  Stored stored;
};

/// Creates or replaces an entity. Idempotent. `entity` is one whose single values keep their rules.
[[nodiscard]] Outcome<Put> put_entity(DirectoryStore& store, Entity entity,
                                      const Precondition& precondition, TimePoint now);

struct Deleted {};
/// Refused (conflict) while others need it: a company with anything of its own, a branch with
/// staff. A plan always: its first version is in force from the beginning (docs/decisions/0043).
[[nodiscard]] Outcome<Deleted> delete_entity(DirectoryStore& store, const EntityKey& key,
                                             const Precondition& precondition);

/// A number goes to a company at an instant (domain/number_history.hpp, moved()). Idempotent.
[[nodiscard]] Outcome<Put> move_number(DirectoryStore& store, const std::string& e164,
                                       const TenantId& company, TimePoint at,
                                       const Precondition& precondition);

struct Whose {
  std::optional<TenantId> company;
  /// Where a call to it may belong, in order. One: there. Several: somebody has to be asked, none
  /// is the default.
  std::vector<std::string> branch_ids;
};
/// Whose a number was at an instant, and which of the company's branches it may be about: the one
/// that the agent answers for, if it is bound to one, else all. With an agent of another company's
/// it is nobody's, as for a webhook that says both.
[[nodiscard]] Whose resolve_number(DirectoryStore& store, const std::string& e164,
                                   TimePoint instant,
                                   const std::optional<std::string>& agent_id = {});

}  // namespace hookswitch::directory
