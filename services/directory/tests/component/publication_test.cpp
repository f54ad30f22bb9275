#include "adapters/entity_json.hpp"
#include "adapters/entity_records.hpp"
#include "adapters/outbox_input.hpp"
#include "component/directory_process.hpp"
#include "component/running_directory.hpp"

#include <hookswitch/directory/v1/directory.pb.h>
#include <hookswitch/events/topics.hpp>
#include <hookswitch/kafka/topic_reader.hpp>
#include <hookswitch/messaging/postgres_outbox.hpp>
#include <hookswitch/postgres/row_writer.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>
#include <signal.h>

#include <set>

using namespace hookswitch;
using namespace hookswitch::directory;
using namespace hookswitch::directory::testing;
using namespace std::chrono_literals;
namespace proto = hookswitch::directory::v1;

namespace {

std::string named(const std::string& name) {
  return R"({"name":")" + name + R"(","time_zone":"Europe/Berlin"})";
}

std::string name_in(const testkit::Seen& record) {
  proto::Company company;
  return company.ParseFromString(record.value) ? company.name() : "(unreadable)";
}

/// As if each had been put, in one go.
void save_all(RunningDirectory& directory, const std::vector<Entity>& entities) {
  std::vector<TenantId> companies;
  std::vector<std::string> ids;
  for (const auto& entity : entities) {
    if (key_of(entity).kind != Kind::company) continue;
    ids.push_back(key_of(entity).id);
    companies.emplace_back(ids.back());
  }
  postgres::Connection app(at(directory.database.app_url()));
  postgres::Transaction transaction(app, companies);
  transaction.execute("INSERT INTO directory.company_id SELECT unnest($1::text[])",
                      {postgres::array_literal(ids)});
  const auto versions = transaction.execute(
      "SELECT nextval('directory.version') FROM generate_series(1, $1::integer)",
      {std::to_string(entities.size())});
  postgres::RowWriter rows("directory.entity", {{"kind", "text"},
                                                {"id", "text"},
                                                {"tenant_id", "text"},
                                                {"version", "bigint"},
                                                {"document", "jsonb"}});
  std::vector<events::OutboundRecord> records;
  for (std::size_t i = 0; i < entities.size(); ++i) {
    const auto key = key_of(entities[i]);
    rows.add(std::string(to_string(key.kind)));
    rows.add(key.id);
    rows.add(companies_of(entities[i]).front().str());
    rows.add(std::string(versions.text(i, 0)));
    rows.add(entity_to_json(entities[i]));
    records.push_back(record_of(entities[i], versions.integer(i, 0), directory.clock.now()));
  }
  rows.write(transaction);
  messaging::append_to_outbox(transaction, "directory", outbox_input(), records);
  transaction.commit();
}

}  // namespace

TEST_CASE(
    "every change reaches the topic in the order of the changes, and its end is a tombstone") {
  RunningDirectory directory;
  const auto id = directory.id("anton");
  const auto path = "/v1/companies/" + id;
  const auto key = "company/" + id;
  for (int i = 1; i <= 20; ++i)
    REQUIRE(directory.put(path, named(std::to_string(i))).status <= 201);
  REQUIRE(directory.put(path, named("20")).status == 200);  // no change, no record
  REQUIRE(directory.remove(path).status == 204);
  const auto records = directory.wait_for(key, 21);
  REQUIRE(records.size() == 21);
  std::int64_t last = 0;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto sequence = std::stoll(records[i].headers.at("ce_sequence"));
    CHECK(sequence > last);
    last = sequence;
    ids.insert(records[i].headers.at("ce_id"));
    if (i < 20) CHECK(name_in(records[i]) == std::to_string(i + 1));
  }
  CHECK(ids.size() == 21);
  CHECK(records.back().value.empty());
  CHECK(records.front().headers.at("ce_tenantid") == id);
  CHECK(records.front().type() == "Company");
  testkit::wait_until("the outbox is empty", 30s,
                      [&] { return directory.get("/v1/unpublished").body == R"({"records":0})"; });
}

TEST_CASE("a request that breaks off after its commit is told all the same") {
  RunningDirectory directory;
  const auto id = directory.id("anton");
  directory.faults.arm("directory.change_after_commit");
  CHECK(directory.put("/v1/companies/" + id, named("A")).status == 500);
  CHECK(name_in(directory.wait_for("company/" + id, 1).front()) == "A");
  CHECK(directory.get("/v1/companies/" + id).status == 200);
}

TEST_CASE("a request that breaks off before its commit has changed nothing") {
  RunningDirectory directory;
  const auto id = directory.id("anton");
  directory.faults.arm("directory.change_before_commit");
  CHECK(directory.put("/v1/companies/" + id, named("A")).status == 500);
  CHECK(directory.get("/v1/companies/" + id).status == 404);
  CHECK(directory.seen("SELECT count(*) FROM directory.outbox") == "0");
}

TEST_CASE("killed between commit and publication, the next start tells what was committed") {
  const std::string step = GENERATE("directory.change_after_commit", "directory.outbox_loaded",
                                    "directory.outbox_produced", "directory.outbox_reported");
  CAPTURE(step);
  RunningDirectory directory;  // its database has its tables then
  const auto port = std::to_string(std::stoi(directory.url("").substr(17)));
  const auto id = directory.id("anton");
  directory.stop();
  // A look of the outbox that finds nothing passes outbox_loaded as well: the first one for
  // certain, and a sweep perhaps, so that the process may die of it before the request is heard.
  const bool at_start = step == "directory.outbox_loaded";
  for (int attempt = 0; attempt < (at_start ? 20 : 1); ++attempt) {
    DirectoryProcess process(directory.settings, port, step + ":kill" + (at_start ? ":2" : ""));
    const auto url = "http://127.0.0.1:" + port + "/v1/companies/" + id;
    const http::RequestHeaders headers{{"Authorization", std::string("Bearer ") + token},
                                       {"Content-Type", "application/json"}};
    testkit::wait_until("it answers, or has died", 30s, [&] {
      return http::send("PUT", url, headers, named("A"), 5s).has_value() || process.has_ended();
    });
    CHECK(process.ended_by() == SIGKILL);
    if (directory.seen("SELECT count(*) FROM directory.entity") == "1") break;
  }
  REQUIRE(directory.seen("SELECT count(*) FROM directory.entity") == "1");
  directory.start();
  CHECK(name_in(directory.wait_for("company/" + id, 1).back()) == "A");
  testkit::wait_until("the outbox is empty", 30s, [&] {
    return directory.seen("SELECT count(*) FROM directory.outbox") == "0";
  });
}

TEST_CASE("it starts with 5,000 entities, and a reader finds them all on the topic") {
  constexpr std::size_t companies = 50;
  constexpr std::size_t agents = 99;
  RunningDirectory directory;
  std::vector<Entity> entities;
  for (std::size_t i = 0; i < companies; ++i) {
    const auto id = directory.id("c" + std::to_string(i));
    entities.emplace_back(Company{id, "Praxis", "Europe/Berlin"});
    for (std::size_t k = 0; k < agents; ++k) {
      entities.emplace_back(Agent{id + "_" + std::to_string(k), id, {}});
    }
  }
  save_all(directory, entities);
  directory.stop();
  const auto begun = std::chrono::steady_clock::now();
  directory.start();
  WARN("ready after " << (std::chrono::steady_clock::now() - begun) / 1ms << " ms");
  CHECK(directory.get("/v1/agents?limit=500").status == 200);
  testkit::wait_until("the outbox is empty", 30s,
                      [&] { return directory.get("/v1/unpublished").body == R"({"records":0})"; });
  kafka::TopicReaderOptions options;
  options.brokers = directory.settings.service.kafka;
  options.client_id = "directory-test";
  options.topic = std::string(events::topics::directory);
  kafka::TopicReader reader(options, 10s);
  std::set<std::string> found;
  const auto unique = directory.id("");
  while (!reader.at_start_end()) {
    const auto record = reader.poll(100ms);
    if (record && record->key.find(unique) != std::string_view::npos) found.emplace(record->key);
  }
  CHECK(found.size() == companies * (agents + 1));
}
