#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/routing/directory_index.hpp>

#include <optional>
#include <string_view>

namespace hookswitch::ingress {

/// Applies one record of the directory topic: `<type>/<id>` and the whole entity, or its tombstone.
/// Kinds that ingress has no use for are ignored. A Rejection when the record cannot be read; the
/// entity is gone then, so that its webhooks are parked rather than given to whom it belonged
/// before. Pure.
[[nodiscard]] Result<void> apply_entity(routing::DirectoryIndex& index, std::string_view key,
                                        std::optional<std::string_view> value);

}  // namespace hookswitch::ingress
