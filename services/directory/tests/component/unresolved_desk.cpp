#include "component/unresolved_desk.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/testing/bus.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace hookswitch::directory::testing {
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 60s;

Parked parked_as(events::Envelope envelope, const std::string& workspace, const std::string& body,
                 const std::string& reason) {
  envelope.id = uuid_v5(hookswitch_namespace, workspace + body);
  envelope.source = "hookswitch/ingress";
  envelope.type = events::webhook_accepted_type;
  envelope.time = SystemClock().now();
  envelope.content_type = "application/json";
  envelope.trace_parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  envelope.workspace = workspace;
  auto headers = events::to_headers(envelope);
  headers.add("unresolved_reason", reason);
  return {envelope.id.to_string(),
          {std::string(events::topics::webhooks_unresolved), envelope.subject, body, headers}};
}

std::map<std::string, int> times_by_id(testkit::TopicTail& topic) {
  std::map<std::string, int> times;
  for (const auto& seen : topic.all()) ++times[seen.headers.at("ce_id")];
  return times;
}

}  // namespace

UnresolvedDesk::UnresolvedDesk()
    : retell(testkit::test_kafka(), std::string(events::topics::webhooks_retell)),
      calcom(testkit::test_kafka(), std::string(events::topics::webhooks_calcom)) {
  bind({});
}

Parked UnresolvedDesk::parked(const Call& call, const std::string& reason) const {
  const auto agent = call.agent.empty() ? "" : R"("agent_id":")" + call.agent + "\",";
  const auto body = R"({"event":"call_ended","call":{"call_id":")" + call.call_id +
                    R"(","call_type":"phone_call","direction":"inbound",)" + agent +
                    R"("from_number":"+4917604069012","to_number":")" + call.to_number +
                    R"(","start_timestamp":)" + std::to_string(call.started_ms) + "}}";
  events::Envelope envelope;
  envelope.subject = call.call_id;
  envelope.correlation_id = call.call_id;
  envelope.provider = "retell";
  envelope.event = "call_ended";
  return parked_as(envelope, workspace, body, reason);
}

Parked UnresolvedDesk::parked_booking(std::int64_t event_type) const {
  events::Envelope envelope;
  envelope.subject = "uid-1";
  envelope.provider = "calcom";
  envelope.event = "BOOKING_CREATED";
  return parked_as(envelope, workspace,
                   R"({"triggerEvent":"BOOKING_CREATED","payload":{"uid":"uid-1","eventTypeId":)" +
                       std::to_string(event_type) + "}}",
                   "unknown_event_type");
}

void UnresolvedDesk::park(const std::vector<Parked>& webhooks) const {
  std::vector<events::OutboundRecord> records;
  records.reserve(webhooks.size());
  for (const auto& webhook : webhooks) records.push_back(webhook.record);
  messaging::testing::put_on_bus(directory.settings.service.kafka, records);
}

void UnresolvedDesk::bind(const std::vector<std::string>& companies) const {
  std::string ids;
  for (const auto& company : companies) ids += (ids.empty() ? "\"" : ",\"") + company + '"';
  put("/v1/workspaces/" + workspace, R"({"company_ids":[)" + ids + "]}");
}

void UnresolvedDesk::own(const std::string& number, const std::string& company) const {
  put("/v1/numbers/" + number, R"({"ownerships":[{"company_id":")" + company + R"("}]})");
}

void UnresolvedDesk::put(const std::string& path, const std::string& body) const {
  const auto answer = directory.put(path, body);
  if (answer.status > 201) throw std::runtime_error(path + ": " + answer.body);
}

std::string UnresolvedDesk::wait_for_waiting(const Parked& webhook,
                                             const std::string& reason) const {
  std::string entry;
  testkit::wait_until(
      webhook.id + " waits for " + reason, patience,
      [&] {
        const auto answer = directory.get("/v1/unresolved-webhooks?limit=500&reason=" + reason);
        const auto document = json::Document::parse(answer.body);
        if (!document) return false;
        for (const auto& item : document->root()["items"].elements()) {
          if (item["id"].string().value() == webhook.id) entry = std::string(item.raw_json());
        }
        return !entry.empty();
      },
      [&] { return directory.get("/v1/unresolved-webhooks").body; });
  return entry;
}

testkit::Seen UnresolvedDesk::wait_for_given_back(testkit::TopicTail& topic,
                                                  const Parked& webhook) {
  testkit::Seen found;
  testkit::wait_until(webhook.id + " is given back", patience, [&] {
    for (const auto& seen : topic.all()) {
      if (seen.headers.at("ce_id") == webhook.id) found = seen;
    }
    return !found.headers.empty();
  });
  return found;
}

void UnresolvedDesk::wait_for_all_given_back(testkit::TopicTail& topic,
                                             const std::vector<Parked>& webhooks) {
  std::size_t missing = 0;
  testkit::wait_until(
      "all are given back", patience,
      [&] {
        const auto times = times_by_id(topic);
        missing = static_cast<std::size_t>(std::ranges::count_if(
            webhooks, [&](const auto& webhook) { return !times.contains(webhook.id); }));
        return missing == 0;
      },
      [&] { return std::to_string(missing) + " are not"; });
}

bool UnresolvedDesk::each_once_on(testkit::TopicTail& topic, const std::vector<Parked>& webhooks) {
  const auto times = times_by_id(topic);
  return std::ranges::all_of(webhooks, [&](const auto& webhook) {
    return times.contains(webhook.id) && times.at(webhook.id) == 1;
  });
}

std::size_t UnresolvedDesk::times_on(testkit::TopicTail& topic, const Parked& webhook) {
  return static_cast<std::size_t>(std::ranges::count_if(
      topic.all(), [&](const auto& seen) { return seen.headers.at("ce_id") == webhook.id; }));
}

void UnresolvedDesk::wait_for_quiet() const {
  testkit::wait_until("nothing is to be looked at", patience, [&] {
    return directory.seen(
               "SELECT count(*) FROM (SELECT FROM directory.entity_change UNION ALL SELECT FROM"
               " directory.unresolved_arrival UNION ALL SELECT FROM directory.outbox) AS"
               " left_over") == "0";
  });
}

void UnresolvedDesk::wait_until_all_wait(std::size_t count) const {
  testkit::wait_until(
      std::to_string(count) + " wait", patience,
      [&] {
        return directory.seen(
                   "SELECT count(*) FROM directory.unresolved_webhook WHERE id NOT IN"
                   " (SELECT webhook_id FROM directory.unresolved_arrival)") ==
               std::to_string(count);
      },
      [&] { return directory.seen("SELECT count(*) FROM directory.unresolved_webhook"); });
}

http::Response UnresolvedDesk::release(const Parked& webhook, const std::string& company) const {
  const auto body = company.empty() ? "{}" : R"({"company_id":")" + company + "\"}";
  return directory.post("/v1/unresolved-webhooks/" + webhook.id + ":release", body);
}

}  // namespace hookswitch::directory::testing
