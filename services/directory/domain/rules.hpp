#pragma once
#include "domain/entities.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What an entity must be like by itself. All pure.
namespace hookswitch::directory {

/// One thing that is wrong, and where (an RFC 6901 pointer into the entity).
struct Complaint {
  std::string pointer;
  std::string detail;
  friend bool operator==(const Complaint&, const Complaint&) = default;
};
using Complaints = std::vector<Complaint>;

namespace rules {

/// [a-z0-9][a-z0-9_-]{0,62}: companies (which are tenants), branches, services, staff, workspaces,
/// plans.
[[nodiscard]] bool is_entity_id(std::string_view text);
/// '+' and 7 to 15 digits, the first not 0 (ITU-T E.164).
[[nodiscard]] bool is_e164(std::string_view text);
/// A provider's agent id: letters, digits, '_' and '-', at most 128.
[[nodiscard]] bool is_agent_id(std::string_view text);
/// How many characters of UTF-8 (the caller knows that it is).
[[nodiscard]] std::size_t characters(std::string_view text);
/// 1 to 200 characters of UTF-8 (the caller knows that it is), none of them a control character.
[[nodiscard]] bool is_name(std::string_view text);
/// Three capital letters (ISO 4217).
[[nodiscard]] bool is_currency(std::string_view text);
/// 60/60, 60/1, 30/6 or 1/1 seconds.
[[nodiscard]] bool is_increments(int first_s, int next_s);
/// "08:30" in minutes; "24:00" is 1440. Nothing for other text.
[[nodiscard]] std::optional<int> minute_of_day(std::string_view text);
[[nodiscard]] std::string format_minute(int minute);
/// How an id of that kind looks.
[[nodiscard]] bool is_id(Kind kind, std::string_view text);

}  // namespace rules

/// The one form of an entity, so that equal ones are equal values: periods and opening hours in
/// order, a workspace's companies by id and each once.
[[nodiscard]] Entity normalised(Entity entity);

/// What is wrong with a normalised entity whose single values keep their rules: periods and opening
/// hours that overlap, plan versions out of order, a value twice in a list.
[[nodiscard]] Complaints complaints_about(const Entity& entity);

/// What keeps a plan from following another: calls may have been priced by any version that is in
/// force at `now` (version 1 always is), so it stays as it is, and a new one begins after `now`.
[[nodiscard]] Complaints complaints_about_change(const PricePlan& before, const PricePlan& after,
                                                 TimePoint now);

}  // namespace hookswitch::directory
