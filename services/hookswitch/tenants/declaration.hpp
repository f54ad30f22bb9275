#pragma once
#include <hookswitch/core/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a tenants file says, before it is compared with the directory. Value types.
namespace hookswitch::cli {

struct NumberDeclaration {
  std::string e164;
  std::optional<TimePoint> from;
  std::optional<TimePoint> until;
};

struct PlanDeclaration {
  std::string currency;
  std::int64_t per_minute_e6 = 0;
  std::int32_t first_increment_s = 0;
  std::int32_t next_increment_s = 0;
};

struct CompanyDeclaration {
  std::string id;
  std::string name;
  std::string time_zone;
  std::vector<NumberDeclaration> numbers;
  std::vector<std::string> agents;
  std::vector<std::int64_t> organizers;
  std::vector<std::int64_t> event_types;
  std::optional<PlanDeclaration> plan;
};

struct WorkspaceDeclaration {
  std::string id;
  std::vector<std::string> companies;
  std::vector<std::string> companies_removed;  ///< it speaks for them no longer
};

struct TenantsDeclaration {
  std::vector<CompanyDeclaration> companies;
  std::vector<WorkspaceDeclaration> workspaces;
};

/// What is wrong, one sentence each, beginning with the field: "companies[0].time_zone: …".
using Complaints = std::vector<std::string>;

}  // namespace hookswitch::cli
