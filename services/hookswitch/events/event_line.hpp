#pragma once
#include <hookswitch/events/record.hpp>

#include <string>

namespace hookswitch::cli {

/// One line of JSON, without the newline:
/// {"topic","partition","offset","key","headers":{…},"data":…}. `data` is the value: JSON as it was
/// sent (only line breaks between tokens become spaces), protobuf of a known type as JSON (field
/// names as in the schema, defaults shown, 64-bit integers as strings), null for a tombstone,
/// base64 for anything else. Of repeated headers the last.
[[nodiscard]] std::string event_line(const events::InboundRecord& record);

}  // namespace hookswitch::cli
