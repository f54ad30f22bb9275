#include "example_directory.hpp"

#include <hookswitch/routing/calcom_tenant.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::routing {
namespace {

CalcomFacts booking(std::optional<std::int64_t> event_type, std::optional<std::int64_t> organizer) {
  return {"BOOKING_CREATED", "uid_1", event_type, organizer};
}
Resolution whose(const CalcomFacts& facts, const std::string& workspace = "default") {
  return resolve(facts, WorkspaceId{workspace}, example_directory());
}
Resolution tenant(const std::string& id) { return Resolved{TenantId{id}}; }
Resolution parked(UnresolvedReason reason) { return Unresolved{reason}; }

}  // namespace

TEST_CASE("rule 2 whose it is: a booking belongs to its event type's tenant") {
  CHECK(whose(booking(2204518, 4711)) == tenant("lindenhof"));
  CHECK(whose(booking(2204777, {})) == tenant("aurora"));
  CHECK(whose(booking(2204518, 999)) == tenant("lindenhof"));
}

TEST_CASE("rule 2 whose it is: a booking without an event type belongs to its organizer's tenant") {
  CHECK(whose(booking({}, 4822)) == tenant("aurora"));
}

TEST_CASE("rule 2 whose it is: event type and organizer of different tenants is unresolved") {
  CHECK(whose(booking(2204518, 4822)) ==
        parked(UnresolvedReason::event_type_and_organizer_disagree));
  CHECK(is_alarm(UnresolvedReason::event_type_and_organizer_disagree));
}

TEST_CASE("rule 2 whose it is: a booking of an unknown event type or organizer is unresolved") {
  CHECK(whose(booking(1, {})) == parked(UnresolvedReason::unknown_event_type));
  CHECK(whose(booking(1, 4711)) == parked(UnresolvedReason::unknown_event_type));
  CHECK(whose(booking({}, 1)) == parked(UnresolvedReason::unknown_organizer));
}

TEST_CASE("rule 2 whose it is: a trigger with neither goes on without a tenant") {
  CHECK(whose(booking({}, {})) == Resolution(Tenantless{}));
  CHECK(whose(booking({}, {}), "nowhere") == Resolution(Tenantless{}));
}

TEST_CASE("rule 2 whose it is: workspace aurora cannot speak for lindenhof's bookings") {
  const auto refused = parked(UnresolvedReason::workspace_may_not_speak_for_tenant);
  CHECK(whose(booking(2204518, 4711), "aurora") == refused);
  CHECK(whose(booking({}, 4711), "aurora") == refused);
  CHECK(whose(booking(2204777, 4822), "aurora") == tenant("aurora"));
}

}  // namespace hookswitch::routing
