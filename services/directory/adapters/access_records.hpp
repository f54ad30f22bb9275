#pragma once
#include <hookswitch/core/time.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <optional>
#include <string>

namespace hookswitch::directory {

/// Puts a record of access.proto's entities into the outbox: the entity's whole value, or nothing
/// for its tombstone. The writers' lock is held. Throws what postgres::Transaction::execute()
/// throws.
void publish_access_record(postgres::Transaction& transaction, const std::string& key,
                           std::optional<std::string> value, std::string type, TimePoint now);

}  // namespace hookswitch::directory
