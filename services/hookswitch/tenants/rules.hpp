#pragma once
#include "declaration.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What single values in a tenants file must look like. Each gives the complaint, or nothing. Pure,
/// but for the time zones.
namespace hookswitch::cli::rules {

using Complaint = std::optional<std::string>;

/// Companies and workspaces: [a-z0-9][a-z0-9_-]{0,62}.
[[nodiscard]] Complaint entity_id(std::string_view text);
/// '+' and 7 to 15 digits, the first not 0 (ITU-T E.164).
[[nodiscard]] Complaint e164(std::string_view text);
/// A name that the system's IANA time zone database knows.
[[nodiscard]] Complaint time_zone(const std::string& text);
/// A provider's agent id: letters, digits, '_' and '-', at most 128.
[[nodiscard]] Complaint agent_id(std::string_view text);
/// 1 to 200 bytes of UTF-8.
[[nodiscard]] Complaint name(std::string_view text);
/// A positive integer, as Cal.com numbers its users and event types.
[[nodiscard]] Complaint positive_id(std::string_view text, std::int64_t& value);
/// Three capital letters (ISO 4217).
[[nodiscard]] Complaint currency(std::string_view text);
/// A decimal that is not negative and exact in millionths ("0.15").
[[nodiscard]] Complaint millionths(std::string_view text, std::int64_t& value);
/// 60/60, 60/1, 30/6 or 1/1.
[[nodiscard]] Complaint increments(std::string_view text, PlanTerms& plan);
/// A time of day, "00:00" to "24:00", in minutes.
[[nodiscard]] Complaint time_of_day(std::string_view text, std::int32_t& minute);
/// An integer from `least` to `most`.
[[nodiscard]] Complaint integer(std::string_view text, std::int64_t least, std::int64_t most,
                                std::int64_t& value);
/// "true" or "false".
[[nodiscard]] Complaint boolean(std::string_view text, bool& value);
/// RFC 3339.
[[nodiscard]] Complaint instant(std::string_view text, std::optional<TimePoint>& value);

}  // namespace hookswitch::cli::rules
