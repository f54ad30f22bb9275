#include "domain/rules.hpp"

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::directory;

namespace {

TimePoint day(int number) { return from_epoch_ms(0) + std::chrono::hours(24 * number); }

PlanVersion version(int number, int valid_from_day, std::int64_t price = 150'000) {
  return {number, day(valid_from_day), "EUR", price, 60, 60, 0, 0};
}
PricePlan plan(std::vector<PlanVersion> versions) {
  return {"anton", "anton", std::move(versions)};
}

Complaints about(const Entity& entity) { return complaints_about(normalised(entity)); }

Branch open(std::vector<OpeningHours> hours) {
  return {"mitte", "anton", "Mitte", "Europe/Berlin", std::move(hours)};
}

}  // namespace

TEST_CASE("numbers are E.164") {
  for (const auto* good : {"+493023125017", "+12025550123", "+4930231", "+123456789012345"}) {
    CAPTURE(good);
    CHECK(rules::is_e164(good));
  }
  for (const auto* bad : {"", "493023125017", "+0302312501", "+49302", "+1234567890123456",
                          "+49 30 231", "anonymous", "0049302312501"}) {
    CAPTURE(bad);
    CHECK_FALSE(rules::is_e164(bad));
  }
}

TEST_CASE("ids have the form that tenants have everywhere") {
  CHECK(rules::is_entity_id("lindenhof-mitte_2"));
  for (const auto* bad : {"", "-a", "_a", "A", "a b", "a,b", "ä"}) {
    CAPTURE(bad);
    CHECK_FALSE(rules::is_entity_id(bad));
  }
  CHECK_FALSE(rules::is_entity_id(std::string(64, 'a')));
  CHECK(rules::is_id(Kind::event_type, "2204518"));
  CHECK_FALSE(rules::is_id(Kind::event_type, "0"));
  CHECK_FALSE(rules::is_id(Kind::organizer, "007"));
  CHECK(rules::is_id(Kind::agent, "agent_2C90"));
}

TEST_CASE("names are counted in characters and have none that controls") {
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  CHECK(rules::is_name(umlauts));
  CHECK_FALSE(rules::is_name(umlauts + "ä"));
  CHECK_FALSE(rules::is_name(""));
  CHECK_FALSE(rules::is_name("a\nb"));
  CHECK_FALSE(rules::is_name(std::string_view("a\0b", 3)));
}

TEST_CASE("times of day go from 00:00 to 24:00") {
  CHECK(rules::minute_of_day("08:30") == 510);
  CHECK(rules::minute_of_day("24:00") == 1440);
  for (const auto* bad : {"8:30", "08:60", "24:01", "99:00", "08.30", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(rules::minute_of_day(bad).has_value());
  }
  CHECK(rules::format_minute(510) == "08:30");
}

TEST_CASE("opening hours may meet but not overlap, over midnight and over the week's end too") {
  CHECK(about(open({{1, 480, 720}, {1, 720, 1080}})).empty());
  CHECK(about(open({{1, 480, 720}, {1, 719, 1080}})).size() == 1);
  CHECK(about(open({{5, 1260, 180}, {6, 180, 600}})).empty());  // Friday 21:00 to Saturday 03:00
  CHECK(about(open({{5, 1260, 180}, {6, 179, 600}})).size() == 1);
  CHECK(about(open({{7, 1260, 180}, {1, 180, 600}})).empty());
  CHECK(about(open({{7, 1260, 180}, {1, 179, 600}})).size() == 1);
  CHECK(about(open({{3, 0, 1440}})).empty());
  CHECK(about(open({{1, 480, 480}, {1, 600, 660}})).size() == 1);  // 24 hours from 08:00 on
}

TEST_CASE("a number's flaws are named where they are") {
  const TenantId anton("anton");
  const auto complaints =
      about(PhoneNumber{"+493023125017", {{anton, day(5), {}}, {anton, {}, day(6)}}});
  REQUIRE(complaints.size() == 1);
  CHECK(complaints[0].pointer == "/ownerships/1");
  CHECK(about(PhoneNumber{"+493023125017", {}}).size() == 1);
}

TEST_CASE("plan versions are numbered from 1 on and follow each other") {
  CHECK(about(plan({version(1, 0), version(2, 10)})).empty());
  CHECK(about(plan({})).size() == 1);
  CHECK(about(plan({version(2, 0)}))[0].pointer == "/versions/0/version");
  CHECK(about(plan({version(1, 10), version(2, 10)}))[0].pointer == "/versions/1/valid_from");
  auto odd = version(1, 0);
  odd.first_increment_s = 15;
  CHECK(about(plan({odd})).size() == 1);
}

TEST_CASE("what calls may have been priced by stays; what is planned may change") {
  const auto before = plan({version(1, 0), version(2, 10), version(3, 30)});
  const auto now = day(20);
  const auto change = [&](const PricePlan& after) {
    return complaints_about_change(before, after, now);
  };
  CHECK(change(before).empty());
  CHECK(change(plan({version(1, 0), version(2, 10)})).empty());
  CHECK(change(plan({version(1, 0), version(2, 10), version(3, 40, 200'000)})).empty());
  CHECK(change(plan({version(1, 0), version(2, 10), version(3, 30), version(4, 50)})).empty());
  CHECK(change(plan({version(1, 0, 1), version(2, 10), version(3, 30)}))[0].pointer ==
        "/versions/0");
  CHECK(change(plan({version(1, 0), version(2, 11), version(3, 30)}))[0].pointer == "/versions/1");
  CHECK(change(plan({version(1, 0)})).size() == 1);
  CHECK(change(plan({version(1, 0), version(2, 10), version(3, 15)}))[0].pointer ==
        "/versions/2/valid_from");
}

TEST_CASE("equal workspaces are equal, in whatever order their companies are given") {
  CHECK(normalised(Workspace{"default", {"b", "a", "b"}}) ==
        Entity(Workspace{"default", {"a", "b"}}));
}
