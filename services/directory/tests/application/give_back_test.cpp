#include "application/unresolved_webhooks.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace hookswitch;
using namespace hookswitch::directory;

namespace {

/// Everything in memory; the whole directory, whatever is asked for.
class Store final : public UnresolvedStore {
 public:
  routing::DirectoryIndex index;
  std::map<Uuid, UnresolvedWebhook> waiting;
  std::vector<GivenBack> given;
  std::vector<StillWaiting> kept;
  std::set<EntityKey> asked;

  routing::DirectoryIndex index_of(const std::set<EntityKey>& entities) override {
    asked = entities;
    return index;
  }
  std::optional<UnresolvedWebhook> find(const Uuid& id) override {
    const auto found = waiting.find(id);
    return found == waiting.end() ? std::nullopt : std::optional(found->second);
  }
  void give_back(const std::vector<GivenBack>& webhooks) override {
    for (const auto& webhook : webhooks) waiting.erase(webhook.id);
    given.insert(given.end(), webhooks.begin(), webhooks.end());
  }
  void keep(const std::vector<StillWaiting>& webhooks) override {
    kept.insert(kept.end(), webhooks.begin(), webhooks.end());
  }

  UnresolvedWebhook add(const std::string& provider, const std::string& body) {
    UnresolvedWebhook webhook;
    webhook.id = uuid_v5(hookswitch_namespace, body);
    webhook.provider = provider;
    webhook.workspace = "default";
    webhook.reason = "unknown_agent";
    webhook.key = "key";
    webhook.body = body;
    waiting[webhook.id] = webhook;
    return webhook;
  }
};

const TenantId anton("anton");
const std::string call =
    R"({"event":"call_ended","call":{"call_id":"c","direction":"inbound","to_number":"+491","agent_id":"a"}})";

/// The index of a directory in which +491 is anton's.
routing::DirectoryIndex with_number() {
  routing::DirectoryIndex index;
  index.companies = {"anton"};
  index.numbers["+491"] = {{anton, {}, {}}};
  index.workspaces["default"] = {anton};
  return index;
}

Refusal refusal_of(const Outcome<TenantId>& outcome) {
  const auto* refusal = std::get_if<Refusal>(&outcome);
  REQUIRE(refusal != nullptr);
  return *refusal;
}

}  // namespace

TEST_CASE("each webhook is given back or kept, by what the directory says of what it names") {
  Store store;
  store.index = with_number();
  const auto known = store.add("retell", call);
  const auto unknown = store.add(
      "calcom", R"({"triggerEvent":"BOOKING_CREATED","payload":{"uid":"u","eventTypeId":7}})");
  CHECK(look_again(store, {known, unknown}).size() == 2);
  CHECK(store.asked == std::set<EntityKey>{{Kind::number, "+491"},
                                           {Kind::number, ""},
                                           {Kind::agent, "a"},
                                           {Kind::event_type, "7"},
                                           {Kind::workspace, "default"}});
  REQUIRE(store.given.size() == 1);
  CHECK(store.given[0].company == anton);
  CHECK(store.given[0].record.value == call);
  REQUIRE(store.kept.size() == 1);
  CHECK(store.kept[0].reason == "unknown_event_type");
  CHECK(store.kept[0].waits_for == std::vector<std::string>{"event_type/7"});
}

TEST_CASE("one that this version cannot read is said so, and nothing of its portion is done") {
  Store store;
  store.index = with_number();
  const auto known = store.add("retell", call);
  const auto unreadable = store.add("retell", "{");
  CHECK_THROWS_AS(look_again(store, {known, unreadable}), UnreadableWebhook);
  CHECK(store.given.empty());
  CHECK(store.kept.empty());
}

TEST_CASE("released without a company, it goes to whom the rules name, or stays with the reason") {
  Store store;
  const auto webhook = store.add("retell", call);
  const auto refused = refusal_of(release_webhook(store, webhook.id, {}));
  CHECK(refused.why == Refusal::Why::conflict);
  CHECK(refused.detail == "It is nobody's yet: unknown_to_number");
  store.index = with_number();
  CHECK(std::get<TenantId>(release_webhook(store, webhook.id, {})) == anton);
  CHECK(refusal_of(release_webhook(store, webhook.id, {})).why == Refusal::Why::not_found);
  CHECK(store.given.size() == 1);
}

TEST_CASE("released to a company, only one that is there and that the workspace may speak for") {
  Store store;
  const auto webhook = store.add("retell", call);
  CHECK(refusal_of(release_webhook(store, webhook.id, anton)).why == Refusal::Why::invalid);
  store.index.companies = {"anton"};
  const auto unbound = refusal_of(release_webhook(store, webhook.id, anton));
  CHECK(unbound.why == Refusal::Why::conflict);
  CHECK(unbound.complaints.at(0).pointer == "/company_id");
  CHECK(store.given.empty());
  store.index.workspaces["default"] = {anton};
  CHECK(std::get<TenantId>(release_webhook(store, webhook.id, anton)) == anton);
  CHECK(store.given.size() == 1);
}
