#include "running_ingress.hpp"

#include <hookswitch/directory/v1/directory.pb.h>
#include <hookswitch/events/topics.hpp>
#include <hookswitch/json/document.hpp>
#include <hookswitch/signing/calcom.hpp>
#include <hookswitch/signing/retell.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace hookswitch::ingress {
namespace {

using namespace std::chrono_literals;
namespace proto = hookswitch::directory::v1;
namespace topics = events::topics;

/// On the tests' broker under their real names, which are part of the contract.
void make_topics() {
  static const bool made = [] {
    std::vector<kafka::TopicDeclaration> declarations;
    const auto largest = std::to_string(4 * 1024 * 1024 + 65'536);
    for (const auto topic :
         {topics::webhooks_retell, topics::webhooks_calcom, topics::webhooks_unresolved}) {
      declarations.push_back({std::string(topic), 3, {{"max.message.bytes", largest}}});
    }
    declarations.push_back({std::string(topics::directory), 1, {{"cleanup.policy", "compact"}}});
    kafka::create_topics(testkit::test_kafka(), declarations, 1, 10'000ms);
    return true;
  }();
  static_cast<void>(made);
}

template <class Message>
void put_owned(const std::string& type, const std::string& company, const std::string& id) {
  Message message;
  if constexpr (std::is_same_v<decltype(message.id()), std::int64_t>) {
    message.set_id(std::stoll(id));
  } else {
    message.set_id(id);
  }
  message.set_company_id(company);
  put_entity(type + "/" + id, message.SerializeAsString());
}

void put_company(const std::string& id) {
  proto::Company company;
  company.set_id(id);
  company.set_time_zone("Europe/Berlin");
  put_entity("company/" + id, company.SerializeAsString());
}

void put_workspace(const std::string& id, const std::vector<std::string>& companies) {
  proto::Workspace workspace;
  workspace.set_id(id);
  for (const auto& company : companies) workspace.add_company_ids(company);
  put_entity("workspace/" + id, workspace.SerializeAsString());
}

kafka::TopicReaderOptions from_now_on(std::string_view topic) {
  make_topics();
  kafka::TopicReaderOptions options;
  options.brokers = testkit::test_kafka();
  options.client_id = "ingress-test";
  options.topic = topic;
  options.from_beginning = false;
  return options;
}

}  // namespace

TestFolder::TestFolder()
    : path_(std::filesystem::temp_directory_path() / testkit::unique_name("ingress-test")) {
  std::filesystem::create_directories(path_);
}
TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}
std::string TestFolder::write(const std::string& name, const std::string& text) const {
  const auto fresh = path_ / (name + ".new");
  std::ofstream(fresh, std::ios::binary) << text;
  std::filesystem::rename(fresh, path_ / name);
  return (path_ / name).string();
}

void StepLog::reached(std::string_view step) {
  const std::lock_guard lock(mutex_);
  steps_.emplace_back(step);
}
std::vector<std::string> StepLog::steps() const {
  const std::lock_guard lock(mutex_);
  return steps_;
}

std::string example_workspaces() {
  return "workspaces:\n"
         "  - id: default\n"
         "    retell_api_keys: [key_default_old, key_default]\n"
         "    calcom_secrets: [secret_default]\n"
         "  - id: aurora\n"
         "    retell_api_keys: [key_aurora]\n"
         "    calcom_secrets: [secret_aurora]\n";
}

RunningIngress::RunningIngress(const Change& change, std::optional<std::string> workspaces_file) {
  load_demo_tenants();
  IngressSettings settings;
  settings.service.kafka = testkit::test_kafka();
  settings.http_port = 0;
  settings.threads = 2;
  settings.workspaces_file =
      workspaces_file ? *workspaces_file : folder_.write("workspaces.yaml", example_workspaces());
  if (change) change(settings);
  ingress_ = std::make_unique<Ingress>(settings, Surroundings{registry_, health_, steps_, clock_});
  parts_ = ingress_->parts();
  for (const auto& part : parts_) part.start();
}

RunningIngress::~RunningIngress() { stop(); }

void RunningIngress::stop() {
  while (!parts_.empty()) {
    parts_.back().stop();
    parts_.pop_back();
  }
}

void RunningIngress::wait_until_ready() const {
  testkit::wait_until(
      "ingress is ready", 10s, [this] { return health_.ready(); },
      [this] { return health_.to_json(); });
}

std::string RunningIngress::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(ingress_->port()) + path;
}

http::Response RunningIngress::post(const std::string& path, const std::string& body,
                                    const http::RequestHeaders& headers) const {
  return http::post(url(path), headers, body, 10s).value();
}

http::Response RunningIngress::retell(const std::string& body, const std::string& workspace) const {
  const auto path = workspace == "default" ? std::string("/webhooks/retell")
                                           : "/workspaces/" + workspace + "/webhooks/retell";
  return post(path, body, retell_headers(body, "key_" + workspace));
}

http::Response RunningIngress::calcom(const std::string& body, const std::string& workspace) const {
  const auto path = workspace == "default" ? std::string("/webhooks/calcom")
                                           : "/workspaces/" + workspace + "/webhooks/calcom";
  return post(path, body,
              {{"Content-Type", "application/json"},
               {"X-Cal-Signature-256", signing::calcom::sign(body, "secret_" + workspace)}});
}

http::RequestHeaders retell_headers(const std::string& body, const std::string& key) {
  return {{"Content-Type", "application/json"},
          {"X-Retell-Signature", signing::retell::sign(body, key, SystemClock{}.now())}};
}

void put_entity(const std::string& key, std::optional<std::string> value) {
  make_topics();
  std::atomic<bool> durable = false;
  kafka::ProducerOptions options;
  options.brokers = testkit::test_kafka();
  options.client_id = "ingress-test";
  kafka::Producer producer(options, [&](std::uint64_t, kafka::Delivery delivery) {
    durable = delivery == kafka::Delivery::durable;
  });
  const events::OutboundRecord record{std::string(topics::directory), key, std::move(value), {}};
  if (producer.produce(record, 1) != kafka::Enqueued::accepted || !producer.flush(10s) ||
      !durable) {
    throw std::runtime_error("the directory's record was not taken");
  }
}

std::string phone_number(const std::string& e164, const std::string& company) {
  proto::PhoneNumber number;
  number.set_e164(e164);
  number.add_ownerships()->set_company_id(company);
  return number.SerializeAsString();
}

void load_demo_tenants() {
  static const bool loaded = [] {
    put_company("lindenhof");
    put_company("aurora");
    put_entity("number/+493023125017", phone_number("+493023125017", "lindenhof"));
    put_entity("number/+498921555012", phone_number("+498921555012", "aurora"));
    put_owned<proto::Agent>("agent", "lindenhof", "agent_2c90d1b7e64f4a8f9b35107d6e");
    put_owned<proto::Agent>("agent", "aurora", "agent_7be1a0c2d45f4f1b8a3360e9aa1");
    put_owned<proto::EventType>("event_type", "lindenhof", "2204518");
    put_owned<proto::EventType>("event_type", "aurora", "2204777");
    put_owned<proto::Organizer>("organizer", "lindenhof", "4711");
    put_owned<proto::Organizer>("organizer", "aurora", "4822");
    put_workspace("default", {"lindenhof", "aurora"});
    put_workspace("aurora", {"aurora"});
    return true;
  }();
  static_cast<void>(loaded);
}

std::string sample(const std::string& name) {
  const char* root = std::getenv("HOOKSWITCH_SOURCE_DIR");  // NOLINT(concurrency-mt-unsafe)
  if (root == nullptr) throw std::runtime_error("run this through ctest or ./dev test component");
  std::ifstream file(std::string(root) + "/tests/contract/samples/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no sample " + name);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

FreshCall fresh_call(const std::string& name) {
  const std::string in_samples = "call_5d1e0c77aa3b49f2b6c8e4d9f01";
  FreshCall fresh{testkit::unique_name("call"), sample(name)};
  for (auto at = fresh.body.find(in_samples); at != std::string::npos;
       at = fresh.body.find(in_samples, at)) {
    fresh.body.replace(at, in_samples.size(), fresh.call_id);
  }
  return fresh;
}

std::string id_in(const http::Response& response) {
  const auto document = json::Document::parse(response.body);
  return std::string(document.value().root()["id"].string().value());
}

TopicWatch::TopicWatch(std::string_view topic) : reader_(from_now_on(topic), 10s) {}

const events::InboundRecord& TopicWatch::wait_for(const Match& match) {
  testkit::wait_until(
      "a record on the topic", 10s,
      [&] {
        read(100ms);
        return std::ranges::any_of(seen_, match);
      },
      [&] { return std::to_string(seen_.size()) + " others"; });
  return *std::ranges::find_if(seen_, match);
}

const events::InboundRecord& TopicWatch::wait_for_key(const std::string& key) {
  return wait_for([&](const auto& record) { return record.key == key; });
}

const events::InboundRecord& TopicWatch::wait_for_id(const std::string& webhook_id) {
  return wait_for([&](const auto& record) { return record.header("ce_id") == webhook_id; });
}

std::size_t TopicWatch::count(const Match& match) {
  read(100ms);
  return static_cast<std::size_t>(std::ranges::count_if(seen_, match));
}

/// All that is there, and what comes before nothing comes for `patience`.
void TopicWatch::read(std::chrono::milliseconds patience) {
  while (auto record = reader_.poll(patience)) seen_.push_back(*std::move(record));
}

}  // namespace hookswitch::ingress
