#include <hookswitch/runtime/health.hpp>

#include <catch2/catch.hpp>

using hookswitch::runtime::Health;

TEST_CASE("readiness names what is missing, why, and how far things are") {
  Health health;
  CHECK(health.ready());
  health.expect("directory");
  health.set_missing("kafka", "no broker \"reachable\"");
  health.set_progress("directory_offset", 41);
  CHECK_FALSE(health.ready());
  CHECK(
      health.to_json() ==
      R"({"ready":false,"missing":{"directory":"not ready yet","kafka":"no broker \"reachable\""},)"
      R"("progress":{"directory_offset":41}})");
}

TEST_CASE("a service is ready when nothing is missing, and not any more when something goes away") {
  Health health;
  health.expect("kafka");
  health.set_ready("kafka");
  CHECK(health.ready());
  CHECK(health.to_json() == R"({"ready":true,"missing":{},"progress":{}})");
  health.set_missing("kafka", "gone");
  CHECK_FALSE(health.ready());
}

TEST_CASE("what else may be known of a process is shown by name, until it is gone") {
  Health health;
  health.set_facts("consumer_group_of", {{"topic", "billing"}});
  health.set_facts("closed", {{"w/\"a\"", "one"}, {"w/b", "two"}});
  CHECK(health.to_json() == R"({"ready":true,"missing":{},"progress":{},"facts":{)"
                            R"("closed":{"w/\"a\"":"one","w/b":"two"},)"
                            R"("consumer_group_of":{"topic":"billing"}}})");
  health.set_facts("closed", {});
  health.set_facts("consumer_group_of", {});
  CHECK(health.to_json() == R"({"ready":true,"missing":{},"progress":{}})");
}
