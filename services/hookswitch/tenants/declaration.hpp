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

struct PlanTerms {
  std::string currency;
  std::int64_t per_minute_e6 = 0;
  std::int32_t first_increment_s = 0;
  std::int32_t next_increment_s = 0;
  std::int64_t free_threshold_ms = 0;
  std::int64_t minimum_e6 = 0;
  std::optional<TimePoint> valid_from;  ///< of a version
};

/// Either terms without a date, which are the company's first and only ones, or versions.
struct PlanDeclaration {
  PlanTerms terms;
  std::vector<PlanTerms> versions;
};

struct OpeningDeclaration {
  std::int32_t weekday = 0;  ///< ISO 8601: 1 is Monday
  std::int32_t opens_minute = 0;
  std::int32_t closes_minute = 0;
};

struct BranchDeclaration {
  std::string id;
  std::string name;
  std::string time_zone;  ///< empty: the company's
  std::vector<OpeningDeclaration> opening_hours;
};

struct ServiceDeclaration {
  std::string id;
  std::string name;
  std::int64_t duration_minutes = 0;
  std::vector<std::int64_t> event_types;
  std::vector<std::string> branches;
  std::vector<std::string> synonyms;
  bool is_default = false;
  std::int64_t priority = 0;
};

struct StaffDeclaration {
  std::string id;
  std::string name;
  std::vector<std::string> branches;
  std::vector<std::string> services;
  std::optional<std::int64_t> organizer;
};

struct CompanyDeclaration {
  std::string id;
  std::string name;
  std::string time_zone;
  std::vector<NumberDeclaration> numbers;
  std::vector<std::string> agents;
  std::vector<std::int64_t> organizers;
  std::vector<std::int64_t> event_types;
  std::vector<BranchDeclaration> branches;
  std::vector<ServiceDeclaration> services;
  std::vector<StaffDeclaration> staff;
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
