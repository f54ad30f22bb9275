#pragma once
#include "declaration.hpp"

#include <hookswitch/directory/v1/directory.pb.h>

#include <string>
#include <vector>

namespace hookswitch::cli {

/// One company's claim to a number, and where the file says so ("companies[0].numbers[1]").
struct NumberClaim {
  std::string company_id;
  NumberDeclaration number;
  std::string path;
};

/// A number's owners after these claims (all of one file for this number) were laid over those it
/// has: what a file says about a company's number replaces what overlaps it of the same company;
/// another company's ownership without an end is ended where a claim begins (moving a number), any
/// other overlap is complained about, naming both companies. The result is ordered and without
/// overlap when there is no complaint. Pure.
[[nodiscard]] hookswitch::directory::v1::PhoneNumber claimed(
    const hookswitch::directory::v1::PhoneNumber& current, const std::vector<NumberClaim>& claims,
    Complaints& complaints);

}  // namespace hookswitch::cli
