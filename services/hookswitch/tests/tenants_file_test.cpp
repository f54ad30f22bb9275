#include "tenants/tenants_file.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace hookswitch;
using namespace hookswitch::cli;

namespace {

std::string demo_tenants() {
  const char* root = std::getenv("HOOKSWITCH_SOURCE_DIR");
  if (root == nullptr) FAIL("HOOKSWITCH_SOURCE_DIR is not set: run this through ctest");
  std::ifstream stream(std::string(root) + "/deploy/demo/tenants.yaml");
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// A file with one sound company, its field `key` replaced or added.
Complaints with(const std::string& line, const std::string& left_out = "-") {
  std::string yaml = "companies:\n  - id: berta\n";
  for (const auto* sound : {"name: Berta", "time_zone: Europe/Berlin"}) {
    if (!std::string(sound).starts_with(left_out)) yaml += std::string("    ") + sound + "\n";
  }
  return read_tenants(yaml + "    " + line + "\n").complaints;
}

}  // namespace

TEST_CASE("the demo tenants are read as they are written") {
  const auto file = read_tenants(demo_tenants());
  CHECK(file.complaints == Complaints{});
  REQUIRE(file.declaration.companies.size() == 2);
  const auto& lindenhof = file.declaration.companies[0];
  CHECK(lindenhof.id == "lindenhof");
  CHECK(lindenhof.numbers[0].e164 == "+493023125017");
  CHECK(lindenhof.organizers == std::vector<std::int64_t>{4711});
  REQUIRE(lindenhof.plan.has_value());
  CHECK(lindenhof.plan->terms.per_minute_e6 == 150'000);
  CHECK(file.declaration.companies[1].plan->terms.next_increment_s == 1);
  CHECK(file.declaration.workspaces[0].companies ==
        std::vector<std::string>{"lindenhof", "aurora"});
}

TEST_CASE("a wrong value is refused, naming its field") {
  CHECK(with("agents: [agent_1]").empty());
  const auto complains = [](const Complaints& complaints, const std::string& field) {
    CAPTURE(field, complaints);
    return complaints.size() == 1 && complaints[0].starts_with(field + ": ");
  };
  CHECK(complains(with("numbers: [{e164: '0302312'}]"), "companies[0].numbers[0].e164"));
  CHECK(complains(with("numbers: [{e164: '+0302312501'}]"), "companies[0].numbers[0].e164"));
  CHECK(complains(with("numbers: [{e164: '+493023125017', from: gestern}]"),
                  "companies[0].numbers[0].from"));
  CHECK(complains(with("time_zone: Europe/Entenhausen", "time_zone"), "companies[0].time_zone"));
  CHECK(complains(with("time_zone: ../etc/passwd", "time_zone"), "companies[0].time_zone"));
  CHECK(complains(with("calcom: {organizers: [0]}"), "companies[0].calcom.organizers[0]"));
  CHECK(complains(with("calcom: {event_types: [x1]}"), "companies[0].calcom.event_types[0]"));
  CHECK(complains(with("agents: ['a b']"), "companies[0].agents[0]"));
  CHECK(complains(with("agents: agent_1"), "companies[0].agents"));
  CHECK(complains(with("colour: blue"), "companies[0]"));
  CHECK(complains(with("name: Again"), "companies[0]"));
  CHECK(complains(with("agents: []", "name"), "companies[0].name"));
}

TEST_CASE("a plan's price is exact in millionths or refused") {
  const auto price = [](const std::string& text) {
    return with("plan: {currency: EUR, per_minute: \"" + text + "\", increments: 60/60}");
  };
  for (const auto* good : {"0", "0.15", "0.000001", "12", "1e2", "0.1500000"}) {
    CAPTURE(good);
    CHECK(price(good).empty());
  }
  for (const auto* bad : {"-0.15", "0.0000001", "fifteen", "", "0,15", "99999999999999", "1e30"}) {
    CAPTURE(bad);
    CHECK(price(bad).size() == 1);
  }
  CHECK(with("plan: {currency: eur, per_minute: 0.15, increments: 60/60}").size() == 1);
  CHECK(with("plan: {currency: EUR, per_minute: 0.15, increments: 15/15}").size() == 1);
  CHECK(with("plan: {currency: EUR, per_minute: 0.15}").size() == 1);
}

TEST_CASE("everything wrong in a file is named at once") {
  const auto complaints = read_tenants(R"(
companies:
  - {id: Berta, name: '', time_zone: Mars}
  - {id: anton, name: A, time_zone: Europe/Berlin}
  - {id: anton, name: B, time_zone: Europe/Berlin}
tenants: []
)")
                              .complaints;
  CHECK(complaints.size() == 5);
}

TEST_CASE("a number's period must have a length") {
  CHECK(with("numbers: [{e164: '+493023125017', from: '2026-01-01T00:00:00Z', until: "
             "'2026-01-01T00:00:00Z'}]")
            .size() == 1);
}

TEST_CASE("text that is no YAML, or no mapping, is refused") {
  CHECK(read_tenants("companies: [").complaints.size() == 1);
  CHECK(read_tenants("just words").complaints.size() == 1);
  CHECK(read_tenants("").complaints.size() == 1);
}
