#pragma once
#include "declaration.hpp"

#include <hookswitch/directory/v1/directory.pb.h>

namespace hookswitch::cli {

/// What a file says of a company's branch, service, staff member or plan, as an entity. Pure.
[[nodiscard]] hookswitch::directory::v1::Branch entity_of(const BranchDeclaration& branch,
                                                          const CompanyDeclaration& company);
[[nodiscard]] hookswitch::directory::v1::Service entity_of(const ServiceDeclaration& service,
                                                           const CompanyDeclaration& company);
[[nodiscard]] hookswitch::directory::v1::StaffMember entity_of(const StaffDeclaration& staff,
                                                               const CompanyDeclaration& company);
/// Terms without a date are version 1, which prices whatever ended before as well.
[[nodiscard]] hookswitch::directory::v1::PricePlan entity_of(const PlanDeclaration& plan,
                                                             const CompanyDeclaration& company);

/// The last version; of a plan that has none, its terms.
[[nodiscard]] hookswitch::directory::v1::PlanVersion newest(
    const hookswitch::directory::v1::PricePlan& plan);
/// Whether two versions cost the same, whenever they hold.
[[nodiscard]] bool same_terms(const hookswitch::directory::v1::PlanVersion& one,
                              const hookswitch::directory::v1::PlanVersion& other);

}  // namespace hookswitch::cli
