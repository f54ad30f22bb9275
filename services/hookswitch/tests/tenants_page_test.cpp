#include "tenants/tenants_file.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace hookswitch;
using namespace hookswitch::cli;

TEST_CASE("the file of docs/tenants.md is one that apply takes") {
  const char* source = std::getenv("HOOKSWITCH_SOURCE_DIR");
  if (source == nullptr) FAIL("HOOKSWITCH_SOURCE_DIR is not set: run this through ctest");
  std::ifstream stream(std::string(source) + "/docs/tenants.md");
  const std::string page{std::istreambuf_iterator<char>(stream), {}};
  const std::string fence = "```yaml\n";
  const auto begin = page.find(fence);
  REQUIRE(begin != std::string::npos);
  const auto start = begin + fence.size();
  const auto file = read_tenants(page.substr(start, page.find("```", start) - start));
  CHECK(file.complaints.empty());
  REQUIRE(file.declaration.companies.size() == 1);
  CHECK(file.declaration.companies[0].numbers.size() == 2);
  CHECK(file.declaration.companies[0].plan.has_value());
  CHECK(file.declaration.workspaces.size() == 1);
}
