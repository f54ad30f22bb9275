#pragma once
#include "domain/entities.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/record.hpp>

#include <cstdint>
#include <string>

namespace hookswitch::directory {

/// Of every record of the directory's topic, without a tenant. Pure.
[[nodiscard]] events::Envelope envelope_of_record(const std::string& key, std::string type,
                                                  std::int64_t version, TimePoint now);
/// What the topic says of an entity from now on: its whole state. `version` goes out as
/// ce_sequence. Pure.
[[nodiscard]] events::OutboundRecord record_of(const Entity& entity, std::int64_t version,
                                               TimePoint now);
/// Its tombstone. `last` is what it was.
[[nodiscard]] events::OutboundRecord tombstone_of(const Entity& last, std::int64_t version,
                                                  TimePoint now);

}  // namespace hookswitch::directory
