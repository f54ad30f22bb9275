#include "example_directory.hpp"

#include <hookswitch/routing/retell_tenant.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::routing {
namespace {

const TimePoint noon = from_epoch_ms(1'795'424'400'000);
const WorkspaceId by_default{"default"};
const WorkspaceId by_aurora{"aurora"};

RetellFacts phone_call(const std::string& direction, const std::string& from, const std::string& to,
                       const std::string& agent = "") {
  RetellFacts facts;
  facts.event = "call_ended";
  facts.topic = RetellTopic::call;
  facts.subject = "call_1";
  facts.call_type = "phone_call";
  facts.direction = direction;
  facts.from_number = from;
  facts.to_number = to;
  facts.agent_id = agent;
  return facts;
}

RetellFacts by_agent(RetellTopic topic, const std::string& agent) {
  RetellFacts facts;
  facts.topic = topic;
  facts.call_type = topic == RetellTopic::call ? "web_call" : "";
  facts.agent_id = agent;
  return facts;
}

Resolution whose(const RetellFacts& facts, const WorkspaceId& workspace = by_default) {
  return resolve(facts, workspace, noon, example_directory());
}

const std::string lindenhofs = "+493023125017";
const std::string auroras = "+498921555012";
const std::string stranger = "+4917604069012";

Resolution tenant(const std::string& id) { return Resolved{TenantId{id}}; }
Resolution parked(UnresolvedReason reason) { return Unresolved{reason}; }

}  // namespace

TEST_CASE("rule 2 whose it is: an inbound call belongs to whom the called number belongs") {
  CHECK(whose(phone_call("inbound", stranger, lindenhofs)) == tenant("lindenhof"));
  CHECK(whose(phone_call("inbound", auroras, lindenhofs)) == tenant("lindenhof"));
}

TEST_CASE(
    "rule 2 whose it is: an outbound call to another tenant's number belongs to the caller's "
    "tenant") {
  CHECK(whose(phone_call("outbound", lindenhofs, auroras)) == tenant("lindenhof"));
  CHECK(whose(phone_call("outbound", auroras, lindenhofs)) == tenant("aurora"));
}

TEST_CASE("rule 2 whose it is: number and agent of different tenants is unresolved") {
  const auto disagree = parked(UnresolvedReason::number_and_agent_disagree);
  CHECK(whose(phone_call("inbound", stranger, lindenhofs, "agent_aurora")) == disagree);
  CHECK(whose(phone_call("outbound", auroras, stranger, "agent_linde")) == disagree);
  CHECK(is_alarm(UnresolvedReason::number_and_agent_disagree));
  CHECK(is_alarm(UnresolvedReason::unknown_to_number));
  CHECK_FALSE(is_alarm(UnresolvedReason::unknown_agent));
}

TEST_CASE("rule 2 whose it is: an agent that the directory lacks does not stop a known number") {
  CHECK(whose(phone_call("inbound", stranger, lindenhofs, "agent_new")) == tenant("lindenhof"));
}

TEST_CASE("rule 2 whose it is: a known agent does not make up for an unknown number") {
  CHECK(whose(phone_call("inbound", lindenhofs, stranger, "agent_linde")) ==
        parked(UnresolvedReason::unknown_to_number));
  CHECK(whose(phone_call("outbound", stranger, lindenhofs, "agent_linde")) ==
        parked(UnresolvedReason::unknown_from_number));
  CHECK(whose(phone_call("outbound", "anonymous", lindenhofs, "agent_linde")) ==
        parked(UnresolvedReason::unknown_from_number));
  CHECK(whose(phone_call("inbound", lindenhofs, "", "agent_linde")) ==
        parked(UnresolvedReason::unknown_to_number));
}

TEST_CASE("rule 2 whose it is: workspace aurora cannot speak for lindenhof") {
  const auto refused = parked(UnresolvedReason::workspace_may_not_speak_for_tenant);
  CHECK(whose(phone_call("inbound", stranger, lindenhofs), by_aurora) == refused);
  CHECK(whose(by_agent(RetellTopic::call, "agent_linde"), by_aurora) == refused);
  CHECK(whose(phone_call("inbound", stranger, auroras), by_aurora) == tenant("aurora"));
  CHECK(whose(phone_call("inbound", stranger, auroras), WorkspaceId{"nowhere"}) == refused);
  CHECK(is_alarm(UnresolvedReason::workspace_may_not_speak_for_tenant));
}

TEST_CASE("rule 2 whose it is: a number that moves belongs to its owner at the call's start") {
  auto directory = example_directory();
  directory.numbers[lindenhofs] = {{TenantId{"lindenhof"}, {}, noon},
                                   {TenantId{"aurora"}, noon, {}}};
  auto call = phone_call("inbound", stranger, lindenhofs);
  const auto at = [&](std::optional<TimePoint> start, TimePoint received) {
    call.instant = start;
    return resolve(call, by_default, received, directory);
  };
  const Milliseconds ms{1};
  CHECK(at(noon - ms, noon + ms) == tenant("lindenhof"));  // began before, came after
  CHECK(at(noon, noon + ms) == tenant("aurora"));
  CHECK(at({}, noon - ms) == tenant("lindenhof"));
  CHECK(at({}, noon) == tenant("aurora"));
}

TEST_CASE("rule 2 whose it is: a number between two owners is nobody's") {
  auto directory = example_directory();
  const Milliseconds day{86'400'000};
  directory.numbers[lindenhofs] = {{TenantId{"lindenhof"}, {}, noon},
                                   {TenantId{"aurora"}, noon + day, {}}};
  CHECK(resolve(phone_call("inbound", stranger, lindenhofs), by_default, noon, directory) ==
        parked(UnresolvedReason::unknown_to_number));
}

TEST_CASE("rule 2 whose it is: a number that two tenants claim for one instant is nobody's") {
  auto directory = example_directory();
  directory.numbers[lindenhofs] = {{TenantId{"lindenhof"}, {}, {}}, {TenantId{"aurora"}, {}, {}}};
  CHECK(resolve(phone_call("inbound", stranger, lindenhofs), by_default, noon, directory) ==
        parked(UnresolvedReason::unknown_to_number));
}

TEST_CASE("rule 2 whose it is: a web call belongs to its agent's tenant") {
  CHECK(whose(by_agent(RetellTopic::call, "agent_aurora")) == tenant("aurora"));
  CHECK(whose(by_agent(RetellTopic::call, "agent_new")) == parked(UnresolvedReason::unknown_agent));
  CHECK(whose(by_agent(RetellTopic::call, "")) == parked(UnresolvedReason::nothing_to_resolve_by));
  CHECK(whose(phone_call("", "", "", "agent_linde")) == tenant("lindenhof"));
}

TEST_CASE("rule 2 whose it is: a chat belongs to its agent's tenant") {
  CHECK(whose(by_agent(RetellTopic::chat, "agent_linde")) == tenant("lindenhof"));
  CHECK(whose(by_agent(RetellTopic::chat, "agent_new")) == parked(UnresolvedReason::unknown_agent));
}

TEST_CASE(
    "rule 2 whose it is: the question who answers belongs to whom the called number belongs") {
  auto question = phone_call("", stranger, lindenhofs, "agent_linde");
  question.topic = RetellTopic::inbound;
  CHECK(whose(question) == tenant("lindenhof"));
  question.agent_id = "agent_aurora";
  CHECK(whose(question) == parked(UnresolvedReason::number_and_agent_disagree));
  question.to_number = stranger;
  CHECK(whose(question) == parked(UnresolvedReason::unknown_to_number));
}

TEST_CASE("rule 2 whose it is: a phone call in a direction that we do not know is nobody's") {
  CHECK(whose(phone_call("sideways", lindenhofs, auroras)) ==
        parked(UnresolvedReason::unknown_direction));
  CHECK(whose(phone_call("", lindenhofs, auroras)) == parked(UnresolvedReason::unknown_direction));
}

TEST_CASE("rule 2 whose it is: a company that is gone gets nothing any more") {
  auto directory = example_directory();
  directory.companies.erase("lindenhof");
  CHECK(resolve(phone_call("inbound", stranger, lindenhofs), by_default, noon, directory) ==
        parked(UnresolvedReason::unknown_company));
}

TEST_CASE("rule 2 whose it is: an event that we do not know, without a call, is nobody's") {
  CHECK(whose(by_agent(RetellTopic::unknown, "agent_linde")) ==
        parked(UnresolvedReason::nothing_to_resolve_by));
}

}  // namespace hookswitch::routing
