#include "running_ingress.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/topics.hpp>
#include <hookswitch/signing/calcom.hpp>
#include <hookswitch/signing/retell.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace hookswitch::ingress {
namespace {

using namespace std::chrono_literals;
namespace topics = events::topics;

bool is_problem(const http::Response& response) {
  return std::ranges::any_of(response.headers, [](const auto& header) {
    return header.second.starts_with("application/problem+json");
  });
}

/// A Retell body of exactly that many bytes.
std::string body_of_size(std::size_t bytes, const std::string& call_id) {
  std::string body =
      R"({"event":"call_ended","call":{"call_id":")" + call_id +
      R"(","call_type":"web_call","agent_id":"agent_2c90d1b7e64f4a8f9b35107d6e"},"x":")";
  body.append(bytes - body.size() - 2, 'x');
  return body + "\"}";
}

}  // namespace

TEST_CASE("the demo call's webhooks lie on Retell's topic byte for byte, with their headers") {
  RunningIngress ingress;
  ingress.wait_until_ready();
  TopicWatch topic(topics::webhooks_retell);
  for (const std::string name : {"retell_call_started.json", "retell_call_ended.json",
                                 "retell_call_analyzed.json", "retell_call_inbound.json"}) {
    CAPTURE(name);
    const auto [call_id, body] = fresh_call(name);
    const auto answer = ingress.retell(body);
    REQUIRE(answer.status == 202);
    const auto& record = topic.wait_for_key(call_id);
    CHECK(record.value == body);
    const auto envelope = events::envelope_of(record).value();
    CHECK(envelope.id.to_string() == id_in(answer));
    CHECK(envelope.source == "hookswitch/ingress");
    CHECK(envelope.type == events::webhook_accepted_type);
    CHECK(envelope.subject == call_id);
    CHECK(envelope.correlation_id == call_id);
    CHECK(envelope.tenant == TenantId{"lindenhof"});
    CHECK(envelope.provider == "retell");
    CHECK("retell_" + envelope.event + ".json" == name);
    CHECK(envelope.workspace == "default");
    CHECK(envelope.content_type == "application/json");
    CHECK(record.header("unresolved_reason") == std::nullopt);
  }
}

TEST_CASE("Cal.com's webhooks lie on its topic byte for byte, PING does not") {
  RunningIngress ingress;
  ingress.wait_until_ready();
  TopicWatch topic(topics::webhooks_calcom);
  CHECK(ingress.calcom(sample("calcom_ping.json")).status == 202);
  for (const std::string name :
       {"calcom_booking_created.json", "calcom_booking_rescheduled.json",
        "calcom_booking_cancelled.json", "calcom_booking_no_show_updated.json",
        "calcom_meeting_ended_flat.json"}) {
    CAPTURE(name);
    const auto body = sample(name);
    const auto answer = ingress.calcom(body);
    REQUIRE(answer.status == 202);
    const auto& record = topic.wait_for_id(id_in(answer));
    CHECK(record.value == body);
    CHECK(record.key == record.header("ce_subject"));
    CHECK(record.header("ce_provider") == "calcom");
    const bool names_nobody = name == "calcom_booking_no_show_updated.json";
    CHECK(record.header("ce_tenantid") ==
          (names_nobody ? std::nullopt : std::optional<std::string_view>("lindenhof")));
  }
  CHECK(topic.count([](const auto& record) { return record.header("ce_event") == "PING"; }) == 0);
}

TEST_CASE("rule 1 same delivery: the same bytes get the same id again") {
  RunningIngress ingress;
  ingress.wait_until_ready();
  const auto call = fresh_call("retell_call_ended.json");
  const auto first = ingress.retell(call.body);
  const auto second = ingress.retell(call.body);
  REQUIRE(first.status == 202);
  REQUIRE(second.status == 202);
  CHECK(id_in(first) == id_in(second));
  const auto other = ingress.retell(call.body + "\n");
  CHECK(id_in(other) != id_in(first));
}

TEST_CASE("rule 2 whose it is: what nobody can resolve is taken and parked with the reason") {
  RunningIngress ingress;
  ingress.wait_until_ready();
  TopicWatch topic(topics::webhooks_unresolved);
  const auto call = fresh_call("retell_call_ended.json");
  REQUIRE(ingress.retell(call.body, "aurora").status == 202);
  const auto& record = topic.wait_for_key(call.call_id);
  CHECK(record.value == call.body);
  CHECK(record.header("unresolved_reason") == "workspace_may_not_speak_for_tenant");
  CHECK(record.header("ce_workspace") == "aurora");
  CHECK(record.header("ce_tenantid") == std::nullopt);
  CHECK(ingress.metrics().find("hookswitch_unresolved_total{provider=\"retell\",reason=\"workspace_"
                               "may_not_speak_for_tenant\"} 1") != std::string::npos);
}

TEST_CASE("a number that the directory learns of later is known without a restart") {
  RunningIngress ingress;
  ingress.wait_until_ready();
  const std::string number =
      "+4930" + std::to_string(std::hash<std::string>{}(testkit::unique_name("n")) % 10'000'000);
  TopicWatch topic(topics::webhooks_retell);
  const std::string call_id = testkit::unique_name("call");
  const std::string body = R"({"event":"call_ended","call":{"call_id":")" + call_id +
                           R"(","direction":"inbound","to_number":")" + number + "\"}}";
  TopicWatch parked(topics::webhooks_unresolved);
  REQUIRE(ingress.retell(body).status == 202);
  CHECK(parked.wait_for_key(call_id).header("unresolved_reason") == "unknown_to_number");
  put_entity("number/" + number, phone_number(number, "aurora"));
  const auto of_call = [&](const auto& record) { return record.key == call_id; };
  testkit::wait_until("the number is known", 10s, [&] {
    return ingress.retell(body).status == 202 && topic.count(of_call) > 0;
  });
  CHECK(topic.wait_for_key(call_id).header("ce_tenantid") == "aurora");
  put_entity("number/" + number, std::nullopt);
}

TEST_CASE("what is not genuine gets one and the same 401") {
  RunningIngress ingress;
  ingress.wait_until_ready();
  const auto body = sample("retell_call_ended.json");
  const auto good = retell_headers(body, "key_default");
  const auto old = signing::retell::sign(body, "key_default", SystemClock{}.now() - 301s);
  const http::RequestHeaders json{{"Content-Type", "application/json"}};
  const auto with = [&](const std::string& signature) {
    auto headers = json;
    headers.emplace_back("X-Retell-Signature", signature);
    return headers;
  };
  const std::vector<http::Response> answers{
      ingress.post("/webhooks/retell", body, json),
      ingress.post("/webhooks/retell", body, with("nonsense")),
      ingress.post("/webhooks/retell", body, with(old)),
      ingress.post("/webhooks/retell", body + " ", good),
      ingress.post("/webhooks/retell", body, retell_headers(body, "key_aurora")),
      ingress.post("/workspaces/aurora/webhooks/retell", body, good),
      ingress.post("/workspaces/nowhere/webhooks/retell", body, good),
      ingress.post("/workspaces/nowhere/webhooks/calcom", body, good),
      ingress.post("/webhooks/calcom", body, json),
      ingress.post("/webhooks/calcom", body, good),
  };
  for (const auto& answer : answers) {
    CHECK(answer.status == 401);
    CHECK(is_problem(answer));
    CHECK(answer.body == answers.front().body);
  }
}

TEST_CASE("what is genuine but wrong is refused with its place, and is not echoed") {
  RunningIngress ingress;
  ingress.wait_until_ready();
  const auto [body, field] = GENERATE(table<std::string, std::string>({
      {R"({"event":"call_ended","secret_word":1})", "/call"},
      {R"({"event":"call_ended","call":{"call_id":"secret_word","call_id":"b"}})", "/call/call_id"},
      {"{secret_word", ""},
      {"\xEF\xBB\xBF{\"event\":\"secret_word\"}", ""},
      {"{\"event\":\"call_ended\",\"call\":{\"call_id\":\"secret_word\xFF\"}}", ""},
  }));
  const auto answer = ingress.retell(body);
  CHECK(answer.status == 400);
  CHECK(is_problem(answer));
  if (!field.empty()) CHECK(answer.body.find('"' + field + '"') != std::string::npos);
  CHECK(answer.body.find("secret_word") == std::string::npos);
}

TEST_CASE("only JSON is taken, and only by POST") {
  RunningIngress ingress;
  ingress.wait_until_ready();
  const auto body = sample("retell_call_ended.json");
  auto headers = retell_headers(body, "key_default");
  headers.front().second = "text/plain";
  CHECK(ingress.post("/webhooks/retell", body, headers).status == 415);
  headers.front().second = "application/json; charset=utf-8";
  CHECK(ingress.post("/webhooks/retell", body, headers).status == 202);
  CHECK(http::get(ingress.url("/webhooks/retell"), {}, 5s).value().status == 405);
  CHECK(http::get(ingress.url("/webhooks"), {}, 5s).value().status == 404);
}

TEST_CASE("a body of exactly the cap passes, one byte more is too large") {
  const auto cap = GENERATE(std::size_t{4096}, std::size_t{4} * 1024 * 1024);
  RunningIngress ingress(
      [&](IngressSettings& settings) { settings.body_limit = static_cast<std::int64_t>(cap); });
  ingress.wait_until_ready();
  TopicWatch topic(topics::webhooks_retell);
  const auto call_id = testkit::unique_name("call");
  const auto body = body_of_size(cap, call_id);
  REQUIRE(body.size() == cap);
  CHECK(ingress.retell(body).status == 202);
  CHECK(topic.wait_for_key(call_id).value == body);
  CHECK(ingress.retell(body_of_size(cap + 1, call_id)).status == 413);
}

TEST_CASE("64 senders at once each get their own webhook acknowledged, and each is there once") {
  RunningIngress ingress;
  ingress.wait_until_ready();
  TopicWatch topic(topics::webhooks_retell);
  const std::string prefix = testkit::unique_name("call");
  std::vector<unsigned> statuses(64);
  std::vector<std::thread> senders;
  for (std::size_t sender = 0; sender < statuses.size(); ++sender) {
    senders.emplace_back([&, sender] {
      for (int turn = 0; turn < 5; ++turn) {
        const auto body =
            body_of_size(3000, prefix + "_" + std::to_string(sender) + "_" + std::to_string(turn));
        const auto answer = http::post(ingress.url("/webhooks/retell"),
                                       retell_headers(body, "key_default"), body, 10s);
        if (answer.has_value()) statuses[sender] += answer->status;
      }
    });
  }
  for (auto& sender : senders) sender.join();
  CHECK(std::ranges::all_of(statuses, [](unsigned sum) { return sum == 5 * 202; }));
  std::set<std::string_view> keys;
  testkit::wait_until("320 records", 10s, [&] {
    return topic.count([&](const auto& record) { return record.key.starts_with(prefix); }) >= 320;
  });
  CHECK(topic.count([&](const auto& record) {
    return record.key.starts_with(prefix) && keys.insert(record.key).second;
  }) == 320);
  CHECK(topic.count([&](const auto& record) { return record.key.starts_with(prefix); }) == 320);
}

}  // namespace hookswitch::ingress
