#include <hookswitch/events/topics.hpp>

#include <catch2/catch.hpp>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <set>
#include <string>

namespace topics = hookswitch::events::topics;

TEST_CASE("the code and deploy/topics.yaml name the same topics", "[topics]") {
  const char* source = std::getenv("HOOKSWITCH_SOURCE_DIR");
  REQUIRE(source != nullptr);
  std::set<std::string> declared;
  for (const auto& topic : YAML::LoadFile(std::string(source) + "/deploy/topics.yaml")["topics"]) {
    declared.insert(topic["name"].as<std::string>());
  }
  const std::set<std::string> named{std::string(topics::webhooks_retell),
                                    std::string(topics::webhooks_calcom),
                                    std::string(topics::webhooks_unresolved),
                                    std::string(topics::calls),
                                    std::string(topics::billing),
                                    std::string(topics::bookings),
                                    std::string(topics::directory)};
  CHECK(declared == named);
}

TEST_CASE("a service's dead letters and retries lie beside the topic they came from", "[topics]") {
  CHECK(topics::dead_letters_of(topics::calls, "billing") == "hookswitch.calls.v1.billing.dlq");
  CHECK(topics::retries_of(topics::calls, "billing") == "hookswitch.calls.v1.billing.retry");
}

TEST_CASE("a retry topic leads back to its original, for its own service only", "[topics]") {
  CHECK(topics::original_of("hookswitch.calls.v1.billing.retry", "billing") == topics::calls);
  CHECK(topics::original_of("hookswitch.calls.v1.billing.retry", "booking") ==
        "hookswitch.calls.v1.billing.retry");
  CHECK(topics::original_of("hookswitch.calls.v1.xbilling.retry", "billing") ==
        "hookswitch.calls.v1.xbilling.retry");
  CHECK(topics::original_of("hookswitch.calls.v1.billing.dlq", "billing") ==
        "hookswitch.calls.v1.billing.dlq");
  CHECK(topics::original_of("hookswitch.calls.v1", "billing") == topics::calls);
  CHECK(topics::original_of("hookswitch.calls.v1..retry", "") == "hookswitch.calls.v1..retry");
}
