// The floor of ingress: the same bodies produced straight to Kafka with the same producer settings,
// nothing verified, nothing answered. Prints one JSON line. For benchmarks only.
#include "flags.hpp"
#include "random_pace.hpp"
#include "statistics.hpp"

#include <hookswitch/json/writer.hpp>
#include <hookswitch/kafka/producer.hpp>

#include <chrono>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

namespace {

using SteadyClock = std::chrono::steady_clock;

/// At most `limit` records under way, as 64 connections of a closed loop have.
class Window {
 public:
  explicit Window(std::size_t limit) : limit_(limit) {}

  void wait_for_room() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return under_way_ < limit_; });
    ++under_way_;
  }
  void done() {
    const std::lock_guard lock(mutex_);
    --under_way_;
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t limit_;
  std::size_t under_way_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  using namespace hookswitch;
  const bench::Flags flags(argc, argv);
  const double rate = flags.number("rate", 0);
  const double seconds = flags.number("seconds", 10);
  const std::string topic = flags.text("topic", "");
  Window window(64);
  std::mutex mutex;
  bench::Samples latencies_ms;
  std::unordered_map<std::uint64_t, SteadyClock::time_point> sent;
  std::int64_t durable = 0;
  kafka::Producer producer({.brokers = flags.text("kafka", ""),
                            .client_id = "bare-producer",
                            .requests_in_flight_max = 5},
                           [&](std::uint64_t token, kafka::Delivery delivery) {
                             {
                               const std::lock_guard lock(mutex);
                               if (delivery == kafka::Delivery::durable) ++durable;
                               const auto found = sent.find(token);
                               latencies_ms.add(std::chrono::duration<double, std::milli>(
                                                    SteadyClock::now() - found->second)
                                                    .count());
                               sent.erase(found);
                             }
                             window.done();
                           });
  const auto started = SteadyClock::now();
  const double cpu_before = bench::cpu_seconds(0);
  std::uint64_t count = 0;
  std::optional<bench::RandomPace> gaps;
  if (rate > 0) gaps.emplace(rate);
  while (SteadyClock::now() - started < std::chrono::duration<double>(seconds)) {
    auto due = SteadyClock::now();
    if (gaps) {
      due = started + gaps->next();
      std::this_thread::sleep_until(due);
    }
    window.wait_for_room();
    const std::string body(2048 + (count % 16) * 4096 / 15, 'x');
    {
      const std::lock_guard lock(mutex);
      sent.emplace(count, gaps ? due : SteadyClock::now());
    }
    const auto key = "call_" + std::to_string(count);
    if (producer.produce(topic, key, body, {}, count) != kafka::Enqueued::accepted) return 1;
    ++count;
  }
  if (!producer.flush(std::chrono::seconds(10))) return 1;
  const double cpu = bench::cpu_seconds(0) - cpu_before;
  json::Writer out;
  out.begin_object().key("answers").integer(durable);
  out.key("rps").raw(bench::number(static_cast<double>(durable) / seconds));
  out.key("cpu_us_per_webhook").raw(bench::number(cpu * 1e6 / static_cast<double>(durable)));
  out.key("latency_ms");
  latencies_ms.write(out);
  out.end_object();
  std::cout << out.take() << std::endl;
  return durable == static_cast<std::int64_t>(count) ? 0 : 1;
}
