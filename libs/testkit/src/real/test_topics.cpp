#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/telemetry/log.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/test_topics.hpp>

#include <algorithm>

namespace hookswitch::testkit {

namespace {
constexpr std::chrono::seconds patience{15};
}  // namespace

TestTopics::TestTopics() : brokers_(test_kafka()) {}

TestTopics::~TestTopics() {
  try {
    kafka::delete_topics(brokers_, names_, patience);
  } catch (const std::exception& error) {
    telemetry::log_warning("testkit.topics_left", {{"error", error.what()}});
  }
}

std::string TestTopics::create(std::string_view hint, std::int32_t partitions,
                               std::vector<std::pair<std::string, std::string>> config) {
  std::string name = unique_name(hint);
  create_named(name, partitions, std::move(config));
  return name;
}

void TestTopics::create_named(const std::string& name, std::int32_t partitions,
                              std::vector<std::pair<std::string, std::string>> config) {
  const bool sized = std::any_of(config.begin(), config.end(), [](const auto& entry) {
    return entry.first == "max.message.bytes";
  });
  if (!sized) config.emplace_back("max.message.bytes", std::to_string(4 * 1024 * 1024 + 65'536));
  names_.push_back(name);
  kafka::create_topics(brokers_, {{name, partitions, std::move(config)}}, 1, patience);
}

}  // namespace hookswitch::testkit
