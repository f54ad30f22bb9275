#pragma once
#include "declaration.hpp"
#include "directory.hpp"

#include <string>
#include <vector>

namespace hookswitch::cli {

/// What becomes of one entity that a file declares.
struct Change {
  enum class Kind { created, changed, unchanged };
  Kind kind = Kind::unchanged;
  std::string key;     ///< on the directory topic: "company/lindenhof"
  std::string type;    ///< the schema's full name
  std::string value;   ///< the whole entity after the change
  std::string before;  ///< and before it, unless it is created
};

/// "+ company/lindenhof", "~ …" or "= …".
[[nodiscard]] std::string to_string(const Change& change);

/// What differs, one line for each field: "name: \"Praxis\" -> \"Salon\"". Empty unless it has
/// changed. Pure.
[[nodiscard]] std::vector<std::string> differences(const Change& change);

/// What a file changes in a directory: one Change for each entity it declares, in the order of the
/// file, and none for what other files declared. Complains, naming field and companies, about what
/// belongs to another company, a workspace's unknown company, and what is declared twice. Applying
/// it to the result gives only unchanged ones. Pure.
[[nodiscard]] std::vector<Change> changes_of(const TenantsDeclaration& declared,
                                             const Directory& current, Complaints& complaints);

}  // namespace hookswitch::cli
