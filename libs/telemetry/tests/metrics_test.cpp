#include <hookswitch/telemetry/metrics.hpp>

#include <catch2/catch.hpp>

using Catch::Contains;
using hookswitch::telemetry::Registry;

TEST_CASE("a counter shows up in the scrape with its help and labels") {
  Registry registry;
  registry.counter("webhooks_total", "Webhooks received", {{"provider", "retell"}}).add();
  registry.counter("webhooks_total", "Webhooks received", {{"provider", "calcom"}}).add(2);
  const auto text = registry.scrape();
  CHECK_THAT(text, Contains("# HELP webhooks_total Webhooks received\n"));
  CHECK_THAT(text, Contains("# TYPE webhooks_total counter\n"));
  CHECK_THAT(text, Contains("webhooks_total{provider=\"retell\"} 1\n"));
  CHECK_THAT(text, Contains("webhooks_total{provider=\"calcom\"} 2\n"));
}

TEST_CASE("asking for the same name and labels again gives the same instrument") {
  Registry registry;
  const auto first = registry.counter("lines_total", "Lines", {{"kind", "a"}});
  const auto second = registry.counter("lines_total", "Lines", {{"kind", "a"}});
  first.add();
  second.add();
  CHECK(first.value() == 2);
  const auto gauge = registry.gauge("depth", "Depth");
  gauge.set(5);
  registry.gauge("depth", "Depth").add(-2);
  CHECK(gauge.value() == 3);
}

TEST_CASE("a histogram counts into its buckets") {
  Registry registry;
  const auto latency = registry.histogram("answer_seconds", "Time to answer", {0.1, 1});
  latency.observe(0.05);
  latency.observe(0.5);
  latency.observe(5);
  const auto text = registry.scrape();
  CHECK_THAT(text, Contains("answer_seconds_bucket{le=\"0.1\"} 1\n"));
  CHECK_THAT(text, Contains("answer_seconds_bucket{le=\"1\"} 2\n"));
  CHECK_THAT(text, Contains("answer_seconds_bucket{le=\"+Inf\"} 3\n"));
  CHECK_THAT(text, Contains("answer_seconds_count 3\n"));
}

TEST_CASE("gauges that are read rather than counted are refreshed by each scrape") {
  Registry registry;
  const auto waiting = registry.gauge("waiting", "Waiting");
  int reads = 0;
  registry.before_scrape([&] { waiting.set(++reads); });
  CHECK_THAT(registry.scrape(), Contains("waiting 1\n"));
  CHECK_THAT(registry.scrape(), Contains("waiting 2\n"));
}

TEST_CASE("a name that Prometheus would not take is refused") {
  Registry registry;
  CHECK_THROWS(registry.counter("not a name", "Help"));
}
