#include "tenants/changes.hpp"
#include "tenants/description.hpp"
#include "tenants/rest_json.hpp"
#include "tenants/tenants_file.hpp"

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::cli;

namespace {

/// A directory to which files are applied as `tenant apply` does.
struct World {
  Directory directory;
  Complaints complaints;

  /// What apply prints; changes nothing when there is a complaint.
  std::vector<std::string> apply(const std::string& yaml) {
    const auto file = read_tenants(yaml);
    complaints = file.complaints;
    std::vector<std::string> lines;
    if (!complaints.empty()) return lines;
    const auto changes = changes_of(file.declaration, directory, complaints);
    if (!complaints.empty()) return lines;
    for (const auto& change : changes) {
      lines.push_back(to_string(change));
      directory.apply(change.key, change.value);
    }
    return lines;
  }
  std::string owners(const std::string& e164) const {
    std::string text;
    for (const auto& owner : directory.numbers.at(e164).ownerships()) {
      text +=
          "[" +
          (owner.has_from_ms() ? format_rfc3339(from_epoch_ms(owner.from_ms())).substr(0, 4) : "") +
          "-" +
          (owner.has_until_ms() ? format_rfc3339(from_epoch_ms(owner.until_ms())).substr(0, 4)
                                : "") +
          " " + owner.company_id() + "]";
    }
    return text;
  }
};

using Lines = std::vector<std::string>;

std::string company(const std::string& id, const std::string& rest) {
  return "companies:\n  - {id: " + id + ", name: " + id + ", time_zone: Europe/Berlin, " + rest +
         "}\n";
}
std::string number(const std::string& period = "") {
  return "numbers: [{e164: '+493023125017'" + period + "}]";
}
std::string from(int year) { return ", from: '" + std::to_string(year) + "-01-01T00:00:00Z'"; }
std::string until(int year) { return ", until: '" + std::to_string(year) + "-01-01T00:00:00Z'"; }

}  // namespace

TEST_CASE("applying says what is created, and applying again says that nothing changes") {
  World world;
  const auto file =
      company("anton", number() +
                           ", agents: [agent_1], calcom: {organizers: [7], event_types: [8]}, "
                           "plan: {currency: EUR, per_minute: 0.15, increments: 60/60}") +
      "workspaces: [{id: default, companies: [anton]}]";
  CHECK(world.apply(file) == Lines{"+ company/anton", "+ agent/agent_1", "+ event_type/8",
                                   "+ organizer/7", "+ plan/anton", "+ number/+493023125017",
                                   "+ workspace/default"});
  CHECK(world.apply(file) == Lines{"= company/anton", "= agent/agent_1", "= event_type/8",
                                   "= organizer/7", "= plan/anton", "= number/+493023125017",
                                   "= workspace/default"});
}

TEST_CASE("what a file does not name stays, and what it says differently changes") {
  World world;
  world.apply(company("anton", "agents: [agent_1]") +
              "workspaces: [{id: default, companies: [anton]}]");
  CHECK(world.apply(company("berta", "agents: [agent_2]") +
                    "workspaces: [{id: default, companies: [berta]}]") ==
        Lines{"+ company/berta", "+ agent/agent_2", "~ workspace/default"});
  CHECK(world.directory.agents.size() == 2);
  CHECK(world.directory.workspaces.at("default").company_ids_size() == 2);
}

TEST_CASE("a workspace loses a company only when the file says so") {
  World world;
  world.apply(company("anton", "agents: []") + "workspaces: [{id: default, companies: [anton]}]");
  CHECK(world.apply("workspaces: [{id: default}]") == Lines{"= workspace/default"});
  CHECK(world.apply("workspaces: [{id: default, companies_removed: [anton]}]") ==
        Lines{"~ workspace/default"});
  CHECK(world.directory.workspaces.at("default").company_ids_size() == 0);
}

TEST_CASE("a workspace that names an unknown company is refused") {
  World world;
  CHECK(world.apply("workspaces: [{id: default, companies: [anton]}]").empty());
  REQUIRE(world.complaints.size() == 1);
  CHECK_THAT(world.complaints[0],
             Catch::Contains("workspaces[0].companies[0]") && Catch::Contains("anton"));
}

TEST_CASE("an agent, event type or organizer of another company is refused, naming both") {
  World world;
  world.apply(company("anton", "agents: [agent_1], calcom: {organizers: [7], event_types: [8]}"));
  world.apply(company("berta", "agents: [agent_1], calcom: {organizers: [7], event_types: [8]}"));
  REQUIRE(world.complaints.size() == 3);
  for (const auto& complaint : world.complaints) {
    CHECK_THAT(complaint, Catch::Contains("anton") && Catch::Contains("berta"));
  }
  CHECK_FALSE(world.directory.companies.contains("berta"));
}

TEST_CASE("an agent declared twice in one file is refused") {
  World world;
  world.apply(company("anton", "agents: [agent_1, agent_1]"));
  CHECK(world.complaints.size() == 1);
}

TEST_CASE("a number that belongs to another company is refused, naming both") {
  World world;
  world.apply(company("anton", number()));
  world.apply(company("berta", number()));
  REQUIRE(world.complaints.size() == 1);
  CHECK_THAT(world.complaints[0], Catch::Contains("+493023125017") && Catch::Contains("anton") &&
                                      Catch::Contains("berta"));
  world.apply(company("berta", number(until(2030))));
  CHECK(world.complaints.size() == 1);
}

TEST_CASE("a number is moved by saying from when, which ends the old ownership then") {
  World world;
  world.apply(company("anton", number()));
  CHECK(world.apply(company("berta", number(from(2027)))) ==
        Lines{"+ company/berta", "~ number/+493023125017"});
  CHECK(world.owners("+493023125017") == "[-2027 anton][2027- berta]");
  CHECK(world.apply(company("berta", number(from(2027))))[1] == "= number/+493023125017");
  // The old owner's file is out of date now, and must not take the number back.
  world.apply(company("anton", number()));
  CHECK(world.complaints.size() == 1);
  CHECK(world.apply(company("anton", number(until(2027))))[1] == "= number/+493023125017");
}

TEST_CASE("a number cannot be moved into a period that another company owns to its end") {
  World world;
  world.apply(company("anton", number(from(2026) + until(2030))));
  world.apply(company("berta", number(from(2028))));
  CHECK(world.complaints.size() == 1);
  world.apply(company("berta", number(from(2030))));
  CHECK(world.complaints.empty());
  CHECK(world.owners("+493023125017") == "[2026-2030 anton][2030- berta]");
}

TEST_CASE("a company's new period replaces those of its own that it overlaps") {
  World world;
  world.apply(company("anton", number(from(2026))));
  world.apply(company("anton", number(from(2025) + until(2028))));
  CHECK(world.owners("+493023125017") == "[2025-2028 anton]");
  world.apply(company("anton", number(from(2029))));
  CHECK(world.owners("+493023125017") == "[2025-2028 anton][2029- anton]");
}

TEST_CASE("two companies' overlapping claims in one file are refused, touching ones are not") {
  const auto both = [](const std::string& anton, const std::string& berta) {
    return company("anton", number(anton)) + company("berta", number(berta)).substr(11);
  };
  World world;
  world.apply(both("", from(2027)));
  REQUIRE(world.complaints.size() == 1);
  CHECK_THAT(world.complaints[0], Catch::Contains("anton") && Catch::Contains("berta"));
  world.apply(both(until(2027), from(2027)));
  CHECK(world.complaints.empty());
}

TEST_CASE("a company can be looked at with all that is its own, and nothing else") {
  World world;
  world.apply(company("anton", number() + ", agents: [agent_1]"));
  world.apply(company("berta", "agents: [agent_2]"));
  const auto text = describe(world.directory, "anton").value();
  CHECK_THAT(text, Catch::Contains("\"agent_1\"") && Catch::Contains("+493023125017"));
  CHECK_THAT(text, !Catch::Contains("agent_2"));
  CHECK_FALSE(describe(world.directory, "cesar").has_value());
}

TEST_CASE(
    "the directory's tombstones remove, unknown entities are passed over, broken ones are named") {
  World world;
  world.apply(company("anton", "agents: [agent_1]"));
  world.directory.apply("agent/agent_1", std::nullopt);
  CHECK(world.directory.agents.empty());
  CHECK_NOTHROW(world.directory.apply("holiday/2026", "\xFF\xFF"));
  CHECK_THROWS_WITH(world.directory.apply("agent/x", "\xFF\xFF"), Catch::Contains("agent/x"));
}

namespace {

constexpr auto everything = R"(
companies:
  - id: anton
    name: Praxis Anton
    time_zone: Europe/Berlin
    numbers: [{e164: "+493023125017", from: "2026-01-01T00:00:00Z"}]
    agents: [agent_1]
    calcom: {organizers: [7], event_types: [8]}
    branches:
      - id: anton-mitte
        name: Mitte
        opening_hours:
          - {weekday: 5, opens: "21:00", closes: "03:00"}
          - {weekday: 1, opens: "08:00", closes: "24:00"}
    services:
      - {id: checkup, name: Vorsorge, duration_minutes: 30, event_types: [8], branches: [anton-mitte],
         synonyms: [Check-up], default: true, priority: 3}
    staff:
      - {id: anton-1, name: Dr. Grün, services: [checkup], organizer: 7}
    plan:
      versions:
        - {valid_from: "2026-01-01T00:00:00Z", currency: EUR, per_minute: "0.15", increments: 60/60}
        - {valid_from: "2027-01-01T00:00:00Z", currency: EUR, per_minute: "0.20", increments: 60/1,
           free_threshold_ms: 3000, minimum: "0.05"}
workspaces: [{id: default, companies: [anton]}]
)";

std::string with_price(const std::string& price) {
  return company("anton", "plan: {currency: EUR, per_minute: " + price + ", increments: 60/60}");
}

}  // namespace

TEST_CASE("branches, services, staff and plan versions are declared beside the rest") {
  World world;
  CHECK(world.apply(everything) == Lines{"+ company/anton", "+ agent/agent_1", "+ event_type/8",
                                         "+ organizer/7", "+ branch/anton-mitte",
                                         "+ service/checkup", "+ staff/anton-1", "+ plan/anton",
                                         "+ number/+493023125017", "+ workspace/default"});
  CHECK(world.complaints.empty());
  for (const auto& line : world.apply(everything)) CHECK(line.starts_with("= "));
  const auto& branch = world.directory.branches.at("anton-mitte");
  CHECK(branch.time_zone() == "Europe/Berlin");  // the company's
  CHECK(branch.opening_hours(0).weekday() == 1);
  CHECK(branch.opening_hours(0).closes_minute() == 1440);
  const auto& plan = world.directory.plans.at("anton");
  CHECK(plan.versions_size() == 2);
  CHECK(plan.versions(1).minimum_e6() == 50'000);
  CHECK(plan.per_minute_e6() == 200'000);
  CHECK_THAT(describe(world.directory, "anton").value(), Catch::Contains("Dr. Grün"));
}

TEST_CASE("an entity that went to the directory's API and came back is unchanged") {
  World world;
  World back;
  const auto file = read_tenants(everything);
  REQUIRE(file.complaints.empty());
  const auto changes = changes_of(file.declaration, world.directory, world.complaints);
  for (const auto& change : changes) {
    const auto body = rest_body(change.key, change.value);
    CAPTURE(change.key, body);
    // What the API gives has the id, too.
    const auto slash = change.key.find('/');
    const auto id = change.key.substr(slash + 1);
    const auto type = change.key.substr(0, slash);
    const bool is_number = type == "organizer" || type == "event_type";
    const auto quoted = is_number ? id : "\"" + id + "\"";
    const auto text = "{\"" + std::string(type == "number" ? "e164" : "id") + "\":" + quoted + "," +
                      body.substr(1);
    const auto document = json::Document::parse(text);
    REQUIRE(document.has_value());
    CHECK(take_rest_item(back.directory, type, document->root()) == change.key);
  }
  for (const auto& line : back.apply(everything)) CHECK(line.starts_with("= "));
  CHECK(back.complaints.empty());
  CHECK(rest_path("event_type/8") == "/v1/event-types/8");
}

TEST_CASE("terms without a date are the first ones; others have to say from when they hold") {
  World world;
  CHECK(world.apply(with_price("0.15"))[1] == "+ plan/anton");
  CHECK(world.directory.plans.at("anton").versions(0).version() == 1);
  CHECK(world.apply(with_price("0.150"))[1] == "= plan/anton");
  world.apply(with_price("0.20"));
  REQUIRE(world.complaints.size() == 1);
  CHECK_THAT(world.complaints[0],
             Catch::Contains("companies[0].plan") && Catch::Contains("valid_from"));
}

TEST_CASE("of what is changed, each field that differs is shown") {
  World world;
  world.apply(company("anton", "agents: []"));
  const auto file = read_tenants("companies: [{id: anton, name: Salon, time_zone: Europe/Berlin}]");
  const auto changes = changes_of(file.declaration, world.directory, world.complaints);
  REQUIRE(changes.size() == 1);
  CHECK(differences(changes[0]) == Lines{"name: \"anton\" -> \"Salon\""});
}

TEST_CASE("wrong values of branches, services, staff and versions are named") {
  const auto complains = [](const std::string& rest, const std::string& field) {
    const auto complaints = read_tenants(company("anton", rest)).complaints;
    CAPTURE(rest, complaints);
    return complaints.size() == 1 && complaints[0].starts_with("companies[0]." + field + ": ");
  };
  const auto hours = [](const std::string& said) {
    return "branches: [{id: m, name: M, opening_hours: [{" + said + "}]}]";
  };
  CHECK(complains(hours("weekday: 8, opens: '08:00', closes: '18:00'"),
                  "branches[0].opening_hours[0].weekday"));
  CHECK(complains(hours("weekday: 1, opens: '8:00', closes: '18:00'"),
                  "branches[0].opening_hours[0].opens"));
  CHECK(complains("services: [{id: s, name: S}]", "services[0].duration_minutes"));
  CHECK(complains("services: [{id: s, name: S, duration_minutes: 30, default: yes}]",
                  "services[0].default"));
  CHECK(complains("staff: [{id: s, name: S, organizer: x}]", "staff[0].organizer"));
  CHECK(complains("plan: {versions: [{currency: EUR, per_minute: 0.15, increments: 60/60}]}",
                  "plan.versions[0].valid_from"));
  CHECK(complains("plan: {versions: []}", "plan.versions"));
}
