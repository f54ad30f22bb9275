// The floor of call-processing without Kafka: the webhooks of one run are read from their topic
// first, then handled by the service's own worker on its own schema, with a bus in memory. Prints
// one JSON line. For benchmarks only; HOOKSWITCH_POSTGRES_URL is the service's.
#include "composition.hpp"
#include "flags.hpp"
#include "statistics.hpp"

#include <hookswitch/json/writer.hpp>
#include <hookswitch/kafka/topic_reader.hpp>
#include <hookswitch/messaging/postgres_ports.hpp>
#include <hookswitch/messaging/worker.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookswitch::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::vector<events::InboundRecord> webhooks_of(const Flags& flags, std::size_t expected) {
  kafka::TopicReader reader(
      {.brokers = flags.text("kafka", ""), .client_id = "bench", .topic = flags.text("topic", "")},
      std::chrono::seconds(10));
  const auto prefix = "call_bench_" + flags.text("run", "") + "_";
  std::vector<events::InboundRecord> found;
  const auto until = SteadyClock::now() + std::chrono::seconds(60);
  while (found.size() < expected) {
    if (SteadyClock::now() > until) throw std::runtime_error("the webhooks did not come in time");
    auto record = reader.poll(std::chrono::milliseconds(100));
    if (record && record->key.starts_with(prefix)) found.push_back(std::move(*record));
  }
  return found;
}

/// Everything waits here before the worker starts.
class WaitingRecords final : public messaging::BusConsumer {
 public:
  WaitingRecords(std::vector<events::InboundRecord> records, messaging::RebalanceListener& listener)
      : records_(std::move(records)), listener_(listener) {
    std::set<messaging::InputPartition> partitions;
    for (const auto& record : records_) {
      partitions.insert({std::string(record.topic), record.partition});
    }
    partitions_.assign(partitions.begin(), partitions.end());
  }

  std::optional<events::InboundRecord> poll(Milliseconds /*patience*/) override {
    if (!std::exchange(assigned_, true)) listener_.on_assigned(partitions_);
    if (next_ == records_.size()) return std::nullopt;
    return std::move(records_[next_++]);
  }
  void commit_async(std::span<const messaging::NextOffset> /*next*/) override {}
  void commit_sync(std::span<const messaging::NextOffset> /*next*/) override {}
  void pause(std::span<const messaging::InputPartition> /*partitions*/) override {}
  void resume(std::span<const messaging::InputPartition> /*partitions*/) override {}
  std::vector<messaging::NextOffset> lag() override { return {}; }
  void leave() override {}

 private:
  std::vector<events::InboundRecord> records_;
  messaging::RebalanceListener& listener_;
  std::vector<messaging::InputPartition> partitions_;
  std::size_t next_ = 0;
  bool assigned_ = false;
};

/// What is produced is durable at once.
class NoBroker final : public messaging::BusProducer {
 public:
  messaging::Enqueued produce(const events::OutboundRecord& /*record*/,
                              std::uint64_t token) override {
    ++produced;
    last_at = SteadyClock::now();
    reports_.push_back({token, messaging::Reported::durable});
    return messaging::Enqueued::accepted;
  }
  std::vector<messaging::Report> reports(Milliseconds /*patience*/) override {
    return std::exchange(reports_, {});
  }
  [[nodiscard]] bool reachable() const override { return true; }

  std::size_t produced = 0;
  SteadyClock::time_point last_at;

 private:
  std::vector<messaging::Report> reports_;
};

messaging::WorkerOptions worker_options(const messaging::ConsumerDefinition& definition) {
  messaging::WorkerOptions options;
  options.service = definition.name;
  options.instance = "bench";
  options.topics = definition.topics;
  return options;
}

std::unique_ptr<messaging::Store> store(const messaging::ConsumerDefinition& definition,
                                        telemetry::Registry& registry, const std::string& url) {
  postgres::ConnectionOptions connection;
  connection.url = url;
  connection.application_name = "bench";
  connection.keeps_plans = true;  // as ConsumerWorkers does
  return messaging::make_postgres_store(connection, definition.schema,
                                        definition.handlers(registry));
}

int run(const Flags& flags) {
  const char* url = std::getenv("HOOKSWITCH_POSTGRES_URL");
  if (url == nullptr) throw std::invalid_argument("HOOKSWITCH_POSTGRES_URL is not set");
  const auto expected_events = static_cast<std::size_t>(flags.number("events", 0));
  auto records = webhooks_of(flags, static_cast<std::size_t>(flags.number("webhooks", 0)));
  const auto webhooks = static_cast<double>(records.size());
  const auto definition = call_processing::definition();
  telemetry::Registry registry;
  const messaging::MessagingProbe probe(registry);
  const SystemClock clock;
  const MonotonicClock timer;
  NoFaults faults;
  auto bus = std::make_unique<NoBroker>();
  const auto& sent = *bus;
  const auto cpu_before = cpu_seconds(0);
  const auto started = SteadyClock::now();
  messaging::ConsumerWorker worker(worker_options(definition),
                                   {.store = store(definition, registry, url),
                                    .producer = std::move(bus),
                                    .join =
                                        [&records](messaging::RebalanceListener& listener) {
                                          return std::make_unique<WaitingRecords>(
                                              std::move(records), listener);
                                        },
                                    .clock = clock,
                                    .timer = timer,
                                    .faults = faults,
                                    .probe = probe,
                                    .events = {},
                                    .sleep = [](Milliseconds) {}});
  const auto until = started + std::chrono::seconds(120);
  while (sent.produced < expected_events && SteadyClock::now() < until) worker.step();
  json::Writer out;
  out.begin_object();
  out.key("missing").integer(static_cast<std::int64_t>(expected_events - sent.produced));
  out.key("seconds").raw(number(std::chrono::duration<double>(sent.last_at - started).count()));
  out.key("cpu_us_per_webhook").raw(number((cpu_seconds(0) - cpu_before) * 1e6 / webhooks));
  out.end_object();
  std::cout << out.take() << std::endl;
  worker.finish();
  return 0;
}

}  // namespace
}  // namespace hookswitch::bench

int main(int argc, char** argv) {
  return hookswitch::bench::run(hookswitch::bench::Flags(argc, argv));
}
