#include "component/directory_process.hpp"
#include "component/unresolved_desk.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>
#include <signal.h>

#include <map>
#include <set>
#include <thread>

using namespace hookswitch;
using namespace hookswitch::directory::testing;
using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("a webhook waits until its number has an owner, and goes out as it came") {
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  const auto number = desk.directory.number();
  const auto webhook = desk.parked({number});
  desk.park(webhook);
  const auto entry = desk.wait_for_waiting(webhook, "unknown_to_number");
  CHECK_THAT(entry, Contains(R"("provider":"retell")") && Contains(R"("event":"call_ended")") &&
                        Contains("\"workspace_id\":\"" + desk.workspace + "\"") &&
                        Contains("\"received_at\":\"20") && !Contains("call_1"));
  testkit::wait_until("what it waits for is known", 30s, [&] {
    return desk.wait_for_waiting(webhook, "unknown_to_number").find("number/" + number) !=
           std::string::npos;
  });

  desk.own(number, desk.anton);
  const auto record = desk.wait_for_given_back(desk.retell, webhook);
  CHECK(record.key == webhook.record.key);
  CHECK(record.value == webhook.record.value);
  std::map<std::string, std::string> expected;
  for (const auto header : webhook.record.headers) {
    expected[std::string(header.name)] = header.value;
  }
  expected.erase("unresolved_reason");
  expected["ce_tenantid"] = desk.anton;
  CHECK(record.headers == expected);
  desk.wait_for_quiet();
  CHECK(desk.directory.seen("SELECT count(*) FROM directory.unresolved_webhook") == "0");
  CHECK(desk.directory.seen("SELECT count(*) FROM directory.unresolved_key") == "0");
  CHECK(desk.times_on(desk.retell, webhook) == 1);
}

TEST_CASE("a webhook whose owner is known by now is given back as it comes") {
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  const auto number = desk.directory.number();
  desk.own(number, desk.anton);
  const auto webhook = desk.parked({number});
  desk.park(webhook);
  CHECK(desk.wait_for_given_back(desk.retell, webhook).headers.at("ce_tenantid") == desk.anton);
}

TEST_CASE("a call goes to who had the number when it began, not to who has it now") {
  UnresolvedDesk desk;
  desk.bind({desk.anton, desk.berta});
  const auto number = desk.directory.number();
  const auto webhook = desk.parked({number});
  desk.park(webhook);
  static_cast<void>(desk.wait_for_waiting(webhook, "unknown_to_number"));
  desk.wait_for_quiet();
  const auto berta_from = R"({"company_id":")" + desk.berta + R"(","from":"2026-11-23T09:00:00Z"})";
  desk.put("/v1/numbers/" + number, R"({"ownerships":[)" + berta_from + "]}");
  desk.wait_for_quiet();
  static_cast<void>(desk.wait_for_waiting(webhook, "unknown_to_number"));
  desk.put("/v1/numbers/" + number, R"({"ownerships":[{"company_id":")" + desk.anton +
                                        R"(","until":"2026-11-23T09:00:00Z"},)" + berta_from +
                                        "]}");
  CHECK(desk.wait_for_given_back(desk.retell, webhook).headers.at("ce_tenantid") == desk.anton);
}

TEST_CASE("a webhook of a workspace that may not speak waits for the workspace") {
  UnresolvedDesk desk;
  const auto number = desk.directory.number();
  const auto webhook = desk.parked({number});
  desk.park(webhook);
  static_cast<void>(desk.wait_for_waiting(webhook, "unknown_to_number"));
  desk.own(number, desk.anton);
  const auto entry = desk.wait_for_waiting(webhook, "workspace_may_not_speak_for_tenant");
  CHECK_THAT(entry, Contains("workspace/" + desk.workspace) && Contains("number/" + number));
  desk.bind({desk.anton});
  CHECK(desk.wait_for_given_back(desk.retell, webhook).headers.at("ce_tenantid") == desk.anton);
}

TEST_CASE("number and agent that disagree agree once the agent is gone") {
  UnresolvedDesk desk;
  desk.bind({desk.anton, desk.berta});
  const auto number = desk.directory.number();
  const auto agent = desk.directory.id("agent");
  desk.own(number, desk.anton);
  desk.put("/v1/agents/" + agent, R"({"company_id":")" + desk.berta + "\"}");
  const auto webhook = desk.parked({number, agent}, "number_and_agent_disagree");
  desk.park(webhook);
  static_cast<void>(desk.wait_for_waiting(webhook, "number_and_agent_disagree"));
  desk.wait_for_quiet();
  CHECK(desk.directory.remove("/v1/agents/" + agent).status == 204);
  CHECK(desk.wait_for_given_back(desk.retell, webhook).headers.at("ce_tenantid") == desk.anton);
}

TEST_CASE("a booking waits for its event type, and a number that moves is a change, too") {
  UnresolvedDesk desk;
  desk.bind({desk.anton, desk.berta});
  const auto event_type = 1 + std::stoll(desk.directory.number().substr(4));
  const auto booking = desk.parked_booking(event_type);
  const auto number = desk.directory.number();
  const auto call = desk.parked({number});
  desk.put("/v1/numbers/" + number, R"({"ownerships":[{"company_id":")" + desk.anton +
                                        R"(","until":"2026-01-01T00:00:00Z"}]})");
  desk.park({booking, call});
  static_cast<void>(desk.wait_for_waiting(booking, "unknown_event_type"));
  static_cast<void>(desk.wait_for_waiting(call, "unknown_to_number"));
  desk.wait_for_quiet();
  desk.put("/v1/event-types/" + std::to_string(event_type),
           R"({"company_id":")" + desk.anton + "\"}");
  const auto given = desk.wait_for_given_back(desk.calcom, booking);
  CHECK(given.headers.at("ce_tenantid") == desk.anton);
  CHECK(given.key == "uid-1");
  REQUIRE(desk.directory
              .post("/v1/numbers/" + number + ":move",
                    R"({"company_id":")" + desk.berta + R"(","at":"2026-06-01T00:00:00Z"})")
              .status == 200);
  CHECK(desk.wait_for_given_back(desk.retell, call).headers.at("ce_tenantid") == desk.berta);
}

TEST_CASE("the same webhook twice waits once and is given back once") {
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  const auto number = desk.directory.number();
  const auto webhook = desk.parked({number});
  desk.park({webhook, webhook});
  static_cast<void>(desk.wait_for_waiting(webhook, "unknown_to_number"));
  desk.wait_for_quiet();
  CHECK(desk.directory.seen("SELECT count(*) FROM directory.unresolved_webhook") == "1");
  desk.own(number, desk.anton);
  static_cast<void>(desk.wait_for_given_back(desk.retell, webhook));
  // A late repeat comes from the same partition before what follows it.
  const auto sentinel = desk.parked({number, "", "call_1", 1'795'421'648'401});
  desk.park({webhook, sentinel});
  static_cast<void>(desk.wait_for_given_back(desk.retell, sentinel));
  desk.wait_for_quiet();
  CHECK(desk.times_on(desk.retell, webhook) == 1);
}

TEST_CASE("5,000 that wait for one number go out portion by portion, while the directory works") {
  constexpr std::size_t count = 5000;
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  const auto number = desk.directory.number();
  std::vector<Parked> webhooks;
  webhooks.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    webhooks.push_back(desk.parked({number, "", "call_" + std::to_string(i)}));
  }
  desk.park(webhooks);
  desk.wait_until_all_wait(count);
  desk.own(number, desk.anton);
  // Whoever changes something meanwhile waits for one portion at most, and is told soon.
  const auto meanwhile = desk.directory.company("meanwhile");
  static_cast<void>(desk.directory.wait_for("company/" + meanwhile, 1));
  desk.wait_for_quiet();
  CHECK(desk.each_once_on(desk.retell, webhooks));
  CHECK(desk.directory.seen("SELECT count(*) FROM directory.unresolved_webhook") == "0");
}

TEST_CASE("none is missed, however a webhook and the change that it waits for meet") {
  constexpr int count = 100;
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  std::vector<std::string> numbers;
  std::vector<Parked> webhooks;
  for (int i = 0; i < count; ++i) {
    numbers.push_back(desk.directory.number());
    webhooks.push_back(desk.parked({numbers.back()}));
  }
  {
    const std::jthread ingress([&] {
      for (const auto& webhook : webhooks) desk.park(webhook);
    });
    for (const auto& number : numbers) desk.own(number, desk.anton);
  }
  desk.wait_for_all_given_back(desk.retell, webhooks);
  desk.wait_for_quiet();
  CHECK(desk.each_once_on(desk.retell, webhooks));
}

TEST_CASE("a portion that breaks off is looked at again, and given back once") {
  const std::string step = GENERATE("directory.giving_back", "directory.gave_back");
  CAPTURE(step);
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  const auto number = desk.directory.number();
  std::vector<Parked> webhooks;
  webhooks.reserve(250);
  for (int i = 0; i < 250; ++i) {
    webhooks.push_back(desk.parked({number, "", "call_" + std::to_string(i)}));
  }
  desk.park(webhooks);
  desk.wait_until_all_wait(250);
  desk.directory.faults.arm(step);
  desk.own(number, desk.anton);
  desk.wait_for_all_given_back(desk.retell, webhooks);
  desk.wait_for_quiet();
  CHECK(desk.each_once_on(desk.retell, webhooks));
}

TEST_CASE("killed while it gives back, the next start gives back what is left") {
  const std::string step = GENERATE("directory.giving_back", "directory.gave_back");
  CAPTURE(step);
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  const auto number = desk.directory.number();
  std::vector<Parked> webhooks;
  webhooks.reserve(450);
  for (int i = 0; i < 450; ++i) {
    webhooks.push_back(desk.parked({number, "", "call_" + std::to_string(i)}));
  }
  desk.park(webhooks);
  desk.wait_until_all_wait(450);
  const auto port = std::to_string(std::stoi(desk.directory.url("").substr(17)));
  desk.directory.stop();
  {
    DirectoryProcess process(desk.directory.settings, port, step + ":kill:2");
    const http::RequestHeaders headers{{"Authorization", std::string("Bearer ") + token},
                                       {"Content-Type", "application/json"}};
    testkit::wait_until("it takes the number, or has died of it", 30s, [&] {
      const auto answer =
          http::send("PUT", "http://127.0.0.1:" + port + "/v1/numbers/" + number, headers,
                     R"({"ownerships":[{"company_id":")" + desk.anton + R"("}]})", 5s);
      return answer.has_value() || answer.error().code == "bad_answer";
    });
    CHECK(process.ended_by() == SIGKILL);
  }
  CHECK(std::stoi(desk.directory.seen("SELECT count(*) FROM directory.unresolved_webhook WHERE "
                                      "workspace = '" +
                                      desk.workspace + "'")) > 0);
  desk.directory.start();
  desk.wait_for_all_given_back(desk.retell, webhooks);
}

TEST_CASE("what no ingress has put there is a dead letter, and the others go on") {
  UnresolvedDesk desk;
  testkit::TopicTail dead(
      testkit::test_kafka(),
      events::topics::dead_letters_of(events::topics::webhooks_unresolved, "directory"));
  auto without_reason = desk.parked({desk.directory.number(), "", "call_a"});
  without_reason.record.headers.erase_if(
      [](events::HeaderView header) { return header.name == "unresolved_reason"; });
  auto garbage = desk.parked({desk.directory.number(), "", "call_c"});
  garbage.record.value = "Zebulon Quarkblatt";
  const auto good = desk.parked({desk.directory.number(), "", "call_d"});
  desk.park({without_reason, garbage, good});
  static_cast<void>(desk.wait_for_waiting(good, "unknown_to_number"));
  for (const auto& webhook : {without_reason, garbage}) {
    const auto letter = desk.wait_for_given_back(dead, webhook);
    CHECK(letter.headers.at("dlq_reason") == "refused");
    CHECK(letter.headers.at("dlq_error").find("Zebulon") == std::string::npos);
  }
}

TEST_CASE("an operator gives one to a company that its workspace may speak for") {
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  const auto webhook = desk.parked({desk.directory.number()});
  desk.park(webhook);
  static_cast<void>(desk.wait_for_waiting(webhook, "unknown_to_number"));
  const auto still = desk.release(webhook);
  CHECK(still.status == 409);
  CHECK_THAT(still.body, Contains("unknown_to_number"));
  const auto nobody = desk.release(webhook, "nobody");
  CHECK(nobody.status == 422);
  CHECK(pointers_of(nobody) == "/company_id");
  const auto unbound = desk.release(webhook, desk.berta);
  CHECK(unbound.status == 409);
  CHECK(pointers_of(unbound) == "/company_id");
  const auto wrong = desk.directory.post("/v1/unresolved-webhooks/" + webhook.id + ":release",
                                         R"({"company":"a"})");
  CHECK(wrong.status == 422);
  const auto given = desk.release(webhook, desk.anton);
  CHECK(given.status == 200);
  CHECK(given.body == R"({"id":")" + webhook.id + R"(","company_id":")" + desk.anton + "\"}");
  CHECK(desk.wait_for_given_back(desk.retell, webhook).headers.at("ce_tenantid") == desk.anton);
  CHECK(desk.release(webhook, desk.anton).status == 404);
  CHECK(desk.directory.post("/v1/unresolved-webhooks/x:release", "{}").status == 404);
  CHECK(
      ask("GET", desk.directory.url("/v1/unresolved-webhooks"), {}, {{"Authorization", "Bearer x"}})
          .status == 401);
}

TEST_CASE("the list is paged and counted by reason") {
  UnresolvedDesk desk;
  std::vector<Parked> webhooks;
  webhooks.reserve(3);
  for (int i = 0; i < 3; ++i) {
    webhooks.push_back(desk.parked({desk.directory.number(), "", "call_" + std::to_string(i)}));
  }
  desk.park(webhooks);
  for (const auto& webhook : webhooks) {
    static_cast<void>(desk.wait_for_waiting(webhook, "unknown_to_number"));
  }
  std::set<std::string> found;
  std::string cursor;
  for (int page = 0; page < 3; ++page) {
    const auto answer = desk.directory.get("/v1/unresolved-webhooks?limit=1" + cursor);
    const auto document = json::Document::parse(answer.body).value();
    for (const auto& item : document.root()["items"].elements()) {
      found.emplace(item["id"].string().value());
    }
    const auto next = document.root()["next"].optional_string().value();
    CHECK(next.has_value() == (page < 2));
    if (next) cursor = "&cursor=" + std::string(*next);
  }
  CHECK(found.size() == 3);
  CHECK(desk.directory.get("/v1/unresolved-webhooks?reason=unknown_agent").body ==
        R"({"items":[]})");
  for (const auto* query :
       {"?reason=none", "?cursor=a", "?limit=0", "?company=a", "?limit=1&limit=1"}) {
    CHECK(desk.directory.get(std::string("/v1/unresolved-webhooks") + query).status == 400);
  }
  testkit::wait_until(
      "the gauge shows them", 30s,
      [&] {
        return desk.directory.registry().scrape().find(
                   "hookswitch_directory_unresolved_webhooks{reason=\"unknown_to_number\"} 3") !=
               std::string::npos;
      },
      [&] { return desk.directory.registry().scrape(); });
}

TEST_CASE("what has waited for too long is forgotten") {
  UnresolvedDesk desk;
  const auto number = desk.directory.number();
  auto fresh = desk.parked({number});
  auto old = desk.parked({number, "", "call_old"});
  const auto received = [&](Parked& webhook, std::chrono::hours ago) {
    auto& headers = webhook.record.headers;
    headers.erase_if([](events::HeaderView header) { return header.name == "ce_time"; });
    headers.add("ce_time", format_rfc3339(desk.directory.clock.now() - ago));
  };
  received(fresh, 34 * 24h);
  received(old, 36 * 24h);
  desk.park({fresh, old});
  static_cast<void>(desk.wait_for_waiting(fresh, "unknown_to_number"));
  static_cast<void>(desk.wait_for_waiting(old, "unknown_to_number"));
  desk.directory.stop();
  desk.directory.start();
  testkit::wait_until("the old one is gone", 30s, [&] {
    return desk.directory.seen(
               "SELECT string_agg(id::text, ' ') FROM"
               " directory.unresolved_webhook") == fresh.id;
  });
}
