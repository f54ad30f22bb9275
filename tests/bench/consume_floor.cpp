// The floor of a consumer without PostgreSQL: a member of a new group takes so many records and
// drops them. Prints one JSON line. For benchmarks only.
#include "flags.hpp"
#include "statistics.hpp"

#include <hookswitch/json/writer.hpp>
#include <hookswitch/kafka/consumer.hpp>

#include <chrono>
#include <iostream>

int main(int argc, char** argv) {
  using namespace hookswitch;
  using namespace hookswitch::bench;
  using SteadyClock = std::chrono::steady_clock;
  const Flags flags(argc, argv);
  const auto wanted = static_cast<std::size_t>(flags.number("webhooks", 0));
  const auto until = SteadyClock::now() + std::chrono::seconds(60);
  const auto cpu_before = cpu_seconds(0);
  const auto started = SteadyClock::now();
  kafka::Consumer consumer({.brokers = flags.text("kafka", ""),
                            .client_id = "bench",
                            .group = "bench-floor-" + flags.text("run", "1"),
                            .group_instance = "bench",
                            .topics = {flags.text("topic", "")}},
                           {[](const auto&) {}, [](const auto&, bool) {}});
  std::size_t taken = 0;
  while (taken < wanted && SteadyClock::now() < until) {
    if (consumer.poll(std::chrono::milliseconds(50))) ++taken;
  }
  const auto seconds = std::chrono::duration<double>(SteadyClock::now() - started).count();
  json::Writer out;
  out.begin_object();
  out.key("missing").integer(static_cast<std::int64_t>(wanted - taken));
  out.key("seconds").raw(number(seconds));
  out.key("cpu_us_per_webhook")
      .raw(number((cpu_seconds(0) - cpu_before) * 1e6 / static_cast<double>(wanted)));
  out.end_object();
  std::cout << out.take() << std::endl;
  return 0;
}
