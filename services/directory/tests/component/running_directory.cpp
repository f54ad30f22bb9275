#include "component/running_directory.hpp"

#include "adapters/migrations.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/messaging/testing/bus.hpp>
#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <algorithm>
#include <stdexcept>

namespace hookswitch::directory::testing {
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 30s;
const std::string topic(events::topics::directory);
const std::string parked(events::topics::webhooks_unresolved);

/// Those that are there already stay as they are.
void make_topics(const std::string& brokers) {
  std::vector<kafka::TopicDeclaration> topics{{topic, 1, {{"cleanup.policy", "compact"}}}};
  const auto add = [&](const std::string& name, int partitions) {
    topics.push_back({name, partitions, {{"max.message.bytes", "4259840"}}});
  };
  add(std::string(events::topics::webhooks_retell), 12);
  add(std::string(events::topics::webhooks_calcom), 12);
  add(parked, 3);
  add(events::topics::retries_of(parked, "directory"), 1);
  add(events::topics::dead_letters_of(parked, "directory"), 1);
  kafka::create_topics(brokers, topics, 1, 15s);
}

/// Brought into shape once for all tests of this process.
const testkit::TestDatabase& prepared_database() {
  static const testkit::TestDatabase database("directory");
  static const bool prepared = [] {
    postgres::Connection owner(at(database.owner_url()));
    auto migrations = directory_migrations();
    migrations.insert(migrations.begin(),
                      messaging::runtime_tables_migration("directory", "directory_app"));
    postgres::migrate(owner, "directory", migrations);
    return true;
  }();
  static_cast<void>(prepared);
  return database;
}

}  // namespace

postgres::ConnectionOptions at(const std::string& url) {
  postgres::ConnectionOptions options;
  options.url = url;
  options.application_name = "directory-test";
  return options;
}

http::Response ask(const std::string& method, const std::string& url, const std::string& body,
                   const http::RequestHeaders& headers) {
  http::RequestHeaders all{{"Authorization", std::string("Bearer ") + token}};
  if (!body.empty()) all.emplace_back("Content-Type", "application/json");
  all.insert(all.end(), headers.begin(), headers.end());
  auto answer = http::send(method, url, all, body, 30s);
  if (!answer) throw std::runtime_error(method + " " + url + ": " + answer.error().to_string());
  return *std::move(answer);
}

std::string header_of(const http::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

std::string pointers_of(const http::Response& response) {
  const auto document = json::Document::parse(response.body);
  if (!document) return "no JSON: " + response.body;
  std::string all;
  for (const auto& error : document->root()["errors"].elements()) {
    if (!all.empty()) all += ' ';
    all += error["pointer"].string().value();
  }
  return all;
}

std::vector<std::vector<std::string>> ids_in_pages(const RunningDirectory& directory,
                                                   const std::string& path, int limit) {
  std::vector<std::vector<std::string>> pages;
  std::string cursor;
  do {
    const auto answer = directory.get(path + "?limit=" + std::to_string(limit) + cursor);
    const auto page = json::Document::parse(answer.body);
    if (!page || answer.status != 200) throw std::runtime_error(path + ": " + answer.body);
    pages.emplace_back();
    for (const auto& item : page->root()["items"].elements()) {
      pages.back().emplace_back(item["id"].string().value());
    }
    const auto next = page->root()["next"].optional_string().value();
    cursor = next ? "&cursor=" + std::string(*next) : "";
  } while (!cursor.empty() && pages.size() < 20);
  return pages;
}

std::vector<std::string> fields_refused(const RunningDirectory& directory, const std::string& path,
                                        const std::vector<std::string>& queries) {
  std::vector<std::string> fields;
  for (const auto& query : queries) {
    const auto answer = directory.get(path + query);
    const auto problem = json::Document::parse(answer.body);
    const bool refused =
        problem && answer.status == 400 && answer.content_type == "application/problem+json";
    fields.emplace_back(refused ? problem->root()["field"].string().value() : "not refused");
  }
  return fields;
}

void ThrowAt::reached(std::string_view step) {
  const std::lock_guard lock(mutex_);
  if (times_ == 0 || step != step_) return;
  --times_;
  throw_();
}

void ThrowAt::arm(const std::string& step, int times, std::function<void()> raise) {
  const std::lock_guard lock(mutex_);
  step_ = step;
  times_ = times;
  throw_ = std::move(raise);
}

bool ThrowAt::is_armed() {
  const std::lock_guard lock(mutex_);
  return times_ > 0;
}

struct RunningDirectory::Run {
  Run(const DirectorySettings& settings, RunningDirectory& owner)
      : service(settings, {registry, owner.health, owner.shutdown_, owner.faults, owner.clock,
                           "directory-" + owner.unique_}) {}
  telemetry::Registry registry;
  DirectoryService service;
};

RunningDirectory::RunningDirectory(bool start_now)
    : database(prepared_database().copy()), unique_(testkit::unique_name("t")) {
  settings.service.kafka = testkit::test_kafka();
  settings.admin_token = token;
  settings.postgres_url = database.app_url();
  settings.postgres_owner_url = database.owner_url();
  // Beside others of its name, whatever they do.
  settings.service.instance = unique_;
  make_topics(settings.service.kafka);
  messaging::testing::begin_at_the_ends(settings.service.kafka, "directory-" + unique_,
                                        {parked, events::topics::retries_of(parked, "directory")});
  topic_ = std::make_unique<testkit::TopicTail>(settings.service.kafka, topic);
  if (start_now) start();
}

RunningDirectory::~RunningDirectory() {
  if (run_) stop();
}

void RunningDirectory::start() {
  run_ = std::make_unique<Run>(settings, *this);
  for (const auto& part : run_->service.parts()) part.start();
  testkit::wait_until(
      "the directory is ready", patience, [this] { return health.ready(); },
      [this] { return health.to_json(); });
}

void RunningDirectory::stop() {
  auto parts = run_->service.parts();
  std::for_each(parts.rbegin(), parts.rend(), [](const auto& part) { part.stop(); });
  run_.reset();
}

std::string RunningDirectory::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(run_->service.port()) + path;
}

http::Response RunningDirectory::get(const std::string& path,
                                     const http::RequestHeaders& headers) const {
  return ask("GET", url(path), {}, headers);
}
http::Response RunningDirectory::put(const std::string& path, const std::string& body,
                                     const http::RequestHeaders& headers) const {
  return ask("PUT", url(path), body, headers);
}
http::Response RunningDirectory::post(const std::string& path, const std::string& body,
                                      const http::RequestHeaders& headers) const {
  return ask("POST", url(path), body, headers);
}
http::Response RunningDirectory::remove(const std::string& path,
                                        const http::RequestHeaders& headers) const {
  return ask("DELETE", url(path), {}, headers);
}

std::string RunningDirectory::company(const std::string& stem) const {
  const auto answer =
      put("/v1/companies/" + id(stem), R"({"name":"Praxis","time_zone":"Europe/Berlin"})");
  if (answer.status > 201) throw std::runtime_error("no company: " + answer.body);
  return id(stem);
}

std::string RunningDirectory::number() const {
  static int count = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch() / 1us;
  return "+4" + std::to_string(now % 100'000'000'000 + ++count);
}

std::vector<testkit::Seen> RunningDirectory::wait_for(const std::string& key, std::size_t count) {
  std::vector<testkit::Seen> own;
  testkit::wait_until(
      std::to_string(count) + " records of " + key, patience,
      [&] {
        own.clear();
        for (const auto& record : topic_->all()) {
          if (record.key == key) own.push_back(record);
        }
        return own.size() >= count;
      },
      [&] { return std::to_string(own.size()); });
  return own;
}

telemetry::Registry& RunningDirectory::registry() const { return run_->registry; }

std::string RunningDirectory::seen(const std::string& sql) const {
  postgres::Connection superuser(at(database.superuser_url()));
  const auto rows = postgres::execute_alone(superuser, sql);
  return rows.empty() ? "no rows" : std::string(rows.at(0, 0).value_or("NULL"));
}

}  // namespace hookswitch::directory::testing
