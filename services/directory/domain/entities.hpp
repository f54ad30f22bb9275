#pragma once
#include "domain/number_history.hpp"

#include <hookswitch/core/time.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What the directory is about. Value types; an entity is read, written and told as a whole.
namespace hookswitch::directory {

struct Company {
  std::string id;
  std::string name;
  std::string time_zone;
  friend bool operator==(const Company&, const Company&) = default;
};

/// Open from a minute of a weekday on, as the wall clock of the branch's zone shows it.
struct OpeningHours {
  int weekday = 1;        ///< ISO 8601: 1 is Monday, 7 Sunday
  int opens_minute = 0;   ///< of that day, 0 to 1439
  int closes_minute = 0;  ///< 1 to 1440; not after opens_minute: it is of the next day
  friend bool operator==(const OpeningHours&, const OpeningHours&) = default;
};

struct Branch {
  std::string id;
  std::string company_id;
  std::string name;
  std::string time_zone;
  std::vector<OpeningHours> opening_hours;
  friend bool operator==(const Branch&, const Branch&) = default;
};

struct PhoneNumber {
  std::string e164;
  NumberHistory ownerships;
  friend bool operator==(const PhoneNumber&, const PhoneNumber&) = default;
};

struct Service {
  std::string id;
  std::string company_id;
  std::string name;
  int duration_minutes = 0;
  std::vector<std::int64_t> event_type_ids;
  std::vector<std::string> branch_ids;  ///< none: at every branch
  std::vector<std::string> synonyms;
  bool is_default = false;
  int priority = 0;
  friend bool operator==(const Service&, const Service&) = default;
};

struct StaffMember {
  std::string id;
  std::string company_id;
  std::string name;
  std::vector<std::string> branch_ids;
  std::vector<std::string> service_ids;
  std::optional<std::int64_t> organizer_id;
  friend bool operator==(const StaffMember&, const StaffMember&) = default;
};

struct Agent {
  std::string id;
  std::string company_id;
  std::optional<std::string> branch_id;
  friend bool operator==(const Agent&, const Agent&) = default;
};

struct Organizer {
  std::int64_t id = 0;
  std::string company_id;
  friend bool operator==(const Organizer&, const Organizer&) = default;
};

struct EventType {
  std::int64_t id = 0;
  std::string company_id;
  friend bool operator==(const EventType&, const EventType&) = default;
};

/// A set of provider keys and the companies it speaks for, in the order of their ids.
struct Workspace {
  std::string id;
  std::vector<std::string> company_ids;
  friend bool operator==(const Workspace&, const Workspace&) = default;
};

/// What a company pays for calls that end at or after `valid_from`, until the next version.
struct PlanVersion {
  int version = 0;
  TimePoint valid_from;
  std::string currency;
  std::int64_t per_minute_e6 = 0;
  int first_increment_s = 0;
  int next_increment_s = 0;
  std::int64_t free_threshold_ms = 0;
  std::int64_t minimum_e6 = 0;
  friend bool operator==(const PlanVersion&, const PlanVersion&) = default;
};

struct PricePlan {
  std::string id;
  std::string company_id;
  std::vector<PlanVersion> versions;
  friend bool operator==(const PricePlan&, const PricePlan&) = default;
};

/// In the order of `Kind`.
using Entity = std::variant<Company, Branch, PhoneNumber, Service, StaffMember, Agent, Organizer,
                            EventType, Workspace, PricePlan>;

enum class Kind {
  company,
  branch,
  number,
  service,
  staff,
  agent,
  organizer,
  event_type,
  workspace,
  plan,
};
inline constexpr std::array all_kinds{
    Kind::company, Kind::branch,    Kind::number,     Kind::service,   Kind::staff,
    Kind::agent,   Kind::organizer, Kind::event_type, Kind::workspace, Kind::plan};

/// The enumerator's own name: the first part of the key on the topic.
[[nodiscard]] std::string_view to_string(Kind kind);
/// Several companies have a part in it: a number in turns, a workspace at a time.
[[nodiscard]] constexpr bool is_shared(Kind kind) {
  return kind == Kind::number || kind == Kind::workspace;
}

struct EntityKey {
  Kind kind = Kind::company;
  std::string id;
  friend auto operator<=>(const EntityKey&, const EntityKey&) = default;
};
/// "event_type/2204518"
[[nodiscard]] std::string to_string(const EntityKey& key);

[[nodiscard]] EntityKey key_of(const Entity& entity);
/// The companies that have a part in it, in order, each once: one, unless it is shared.
[[nodiscard]] std::vector<TenantId> companies_of(const Entity& entity);

/// Another entity that one names, and where it says so (an RFC 6901 pointer).
struct Reference {
  EntityKey target;
  std::string pointer;
};
/// All but its company: branches, services, event types, organizers. They have to be of the same
/// company.
[[nodiscard]] std::vector<Reference> references_of(const Entity& entity);

}  // namespace hookswitch::directory
