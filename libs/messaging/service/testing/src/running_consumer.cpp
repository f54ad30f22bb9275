#include <hookswitch/events/topics.hpp>
#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/messaging/testing/bus.hpp>
#include <hookswitch/messaging/testing/running_consumer.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <utility>

namespace hookswitch::messaging::testing {
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 30s;

/// The dead letter of `ce_id`, when it is there.
const testkit::Seen* find(const std::vector<testkit::Seen>& letters, const std::string& ce_id) {
  for (const auto& seen : letters) {
    const auto id = seen.headers.find("ce_id");
    if (id != seen.headers.end() && id->second == ce_id) return &seen;
  }
  return nullptr;
}

}  // namespace

struct RunningConsumer::Run {
  explicit Run(RunningConsumer& owner)
      : service(owner.definition_, owner.settings_,
                {registry, owner.health, owner.shutdown_, owner.faults_, owner.clock_},
                owner.group_) {}
  telemetry::Registry registry;
  ConsumerService service;
};

RunningConsumer::RunningConsumer(ConsumerDefinition definition, const std::string& output)
    : database(definition.schema),
      definition_(std::move(definition)),
      group_(testkit::unique_name(definition_.name)) {
  settings_.service.kafka = testkit::test_kafka();
  settings_.postgres_url = database.app_url();
  settings_.postgres_owner_url = database.owner_url();
  make_topics(output);
  begin_at_the_ends();
  const auto& brokers = settings_.service.kafka;
  events_ = std::make_unique<testkit::TopicTail>(brokers, output);
  for (const auto& topic : definition_.topics) {
    dead_letters_.push_back(std::make_unique<testkit::TopicTail>(
        brokers, events::topics::dead_letters_of(topic, definition_.name)));
  }
  start();
}

RunningConsumer::~RunningConsumer() {
  if (run_) stop();
}

/// Those that are there already stay as they are.
void RunningConsumer::make_topics(const std::string& output) const {
  const std::vector<std::pair<std::string, std::string>> config{{"max.message.bytes", "4259840"}};
  std::vector<kafka::TopicDeclaration> topics{{output, 12, config}};
  for (const auto& topic : definition_.topics) {
    topics.push_back({topic, 12, config});
    topics.push_back({events::topics::retries_of(topic, definition_.name), 1, config});
    topics.push_back({events::topics::dead_letters_of(topic, definition_.name), 1, config});
  }
  kafka::create_topics(settings_.service.kafka, topics, 1, 15s);
}

void RunningConsumer::begin_at_the_ends() const {
  std::vector<std::string> topics;
  for (const auto& topic : definition_.topics) {
    topics.push_back(topic);
    topics.push_back(events::topics::retries_of(topic, definition_.name));
  }
  testing::begin_at_the_ends(settings_.service.kafka, group_, topics);
}

void RunningConsumer::start() {
  run_ = std::make_unique<Run>(*this);
  for (const auto& part : run_->service.parts()) part.start();
  testkit::wait_until(
      "the service is ready", patience, [&] { return health.ready(); },
      [&] { return health.to_json(); });
}

void RunningConsumer::stop() {
  for (const auto& part : run_->service.parts()) part.stop();
  run_.reset();
}

void RunningConsumer::publish(const events::OutboundRecord& record) const {
  put_on_bus(settings_.service.kafka, {record});
}

std::vector<testkit::Seen> RunningConsumer::told(const std::string& key) {
  std::vector<testkit::Seen> own;
  for (const auto& seen : events_->all()) {
    if (seen.key == key) own.push_back(seen);
  }
  return own;
}

std::vector<std::string> RunningConsumer::wait_for(const std::string& key, std::size_t count) {
  std::vector<std::string> types;
  testkit::wait_until(
      std::to_string(count) + " events of " + key, patience,
      [&] {
        types.clear();
        for (const auto& seen : told(key)) types.push_back(seen.type());
        return types.size() >= count;
      },
      [&] { return std::to_string(types.size()); });
  return types;
}

testkit::Seen RunningConsumer::wait_for_dead_letter(const std::string& ce_id) {
  testkit::Seen letter;
  testkit::wait_until("the dead letter of " + ce_id, patience, [&] {
    for (const auto& topic : dead_letters_) {
      const auto* found = find(topic->all(), ce_id);
      if (found != nullptr) letter = *found;
      if (found != nullptr) return true;
    }
    return false;
  });
  return letter;
}

}  // namespace hookswitch::messaging::testing
