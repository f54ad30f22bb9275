#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/kafka_ports.hpp>
#include <hookswitch/messaging/postgres_ports.hpp>
#include <hookswitch/messaging/postgres_store.hpp>
#include <hookswitch/messaging/worker.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace hookswitch::messaging {
namespace {

constexpr std::chrono::minutes rival_appears_within{1};

}  // namespace

struct ConsumerWorkers::Impl {
  ConsumerWorkersOptions options;
  PostgresHandlerFactory handlers;
  const Clock& clock;
  MonotonicClock timer{};
  FaultPort& faults;
  MessagingProbe probe;
  WorkerEvents events;
  std::mutex mutex;
  std::vector<std::jthread> threads;

  /// After Kafka was away for longer than the session, librdkafka 2.0.2 takes the answer to its own
  /// old commit for another member of the same name, and is dead. So a lost consumer joins anew;
  /// two processes that really share a name lose theirs again at once, and end.
  void run(std::size_t number, const std::stop_token& stop) {
    for (bool joined_anew = false;; joined_anew = true) {
      const auto joined = std::chrono::steady_clock::now();
      const auto end = run_once(number, stop);
      if (end == ConsumerWorker::End::stopped || stop.stop_requested()) return;
      const bool has_rival =
          joined_anew && std::chrono::steady_clock::now() - joined < rival_appears_within;
      if (end == ConsumerWorker::End::failed || has_rival) {
        if (events.fatal) events.fatal("a consumer cannot go on; the line before says why");
        return;
      }
      telemetry::log_warning("consumer.joins_anew", {{"worker", number}});
    }
  }

  ConsumerWorker::End run_once(std::size_t number, const std::stop_token& stop) {
    try {
      auto worker_options = options.worker;
      worker_options.instance += "-" + std::to_string(number);
      ConsumerWorker worker(worker_options, parts(worker_options, stop));
      return worker.run(stop);
    } catch (const std::exception& error) {
      telemetry::log_error("consumer.not_started", {{"error", error.what()}});
      return ConsumerWorker::End::failed;
    }
  }

  [[nodiscard]] WorkerParts parts(const WorkerOptions& worker, const std::stop_token& stop) {
    auto connection = options.postgres;
    connection.application_name = worker.service + "/" + worker.instance;
    connection.keeps_plans = true;
    kafka::ProducerOptions producer;
    producer.brokers = options.brokers;
    producer.client_id = connection.application_name;
    kafka::ConsumerOptions consumer;
    consumer.brokers = options.brokers;
    consumer.client_id = connection.application_name;
    consumer.group = options.group;
    consumer.group_instance = worker.instance;
    for (const auto& topic : worker.topics) {
      consumer.topics.push_back(topic);
      consumer.topics.push_back(events::topics::retries_of(topic, worker.service));
    }
    return {
        .store = make_postgres_store(connection, options.schema, handlers, options.find_tenants),
        .producer = options.produces_rarely ? make_kafka_producer_on_demand(producer)
                                            : make_kafka_producer(producer),
        .join =
            [consumer](RebalanceListener& listener) {
              return make_kafka_consumer(consumer, listener);
            },
        .clock = clock,
        .timer = timer,
        .faults = faults,
        .probe = probe,
        .events = events,
        .sleep = [stop](Milliseconds duration) { rest(duration, stop); }};
  }

  static void rest(Milliseconds duration, const std::stop_token& stop) {
    std::mutex own;
    std::condition_variable_any stopped;
    std::unique_lock lock(own);
    stopped.wait_for(lock, stop, duration, [] { return false; });
  }
};

ConsumerWorkers::ConsumerWorkers(ConsumerWorkersOptions options, PostgresHandlerFactory handlers,
                                 const Clock& clock, FaultPort& faults,
                                 telemetry::Registry& registry, WorkerEvents events)
    : impl_(new Impl{.options = std::move(options),
                     .handlers = std::move(handlers),
                     .clock = clock,
                     .faults = faults,
                     .probe = MessagingProbe(registry),
                     .events = std::move(events),
                     .mutex = {},
                     .threads = {}}) {}

ConsumerWorkers::~ConsumerWorkers() { stop(); }

void ConsumerWorkers::start() {
  const std::lock_guard lock(impl_->mutex);
  for (std::size_t i = 0; i < impl_->options.workers; ++i) {
    impl_->threads.emplace_back(
        [impl = impl_.get(), i](const std::stop_token& stop) { impl->run(i, stop); });
  }
}

void ConsumerWorkers::stop() {
  const std::lock_guard lock(impl_->mutex);
  for (auto& thread : impl_->threads) thread.request_stop();
  for (auto& thread : impl_->threads) {
    if (thread.joinable()) thread.join();
  }
  impl_->threads.clear();
}

}  // namespace hookswitch::messaging
