#include "outbox_records.hpp"
#include "translated.hpp"

#include <hookswitch/messaging/kafka_ports.hpp>
#include <hookswitch/messaging/postgres_outbox.hpp>
#include <hookswitch/messaging/postgres_ports.hpp>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace hookswitch::messaging {
namespace {

using namespace std::chrono_literals;

constexpr auto idle = 1000ms;   ///< between sweeps
constexpr auto waiting = 20ms;  ///< a turn is under way, but not ours to hasten
constexpr auto stop_patience = 1000ms;

class PostgresTurn final : public PublishingTurn {
 public:
  PostgresTurn(const postgres::ConnectionOptions& options, std::string name)
      : connection_(options), name_(std::move(name)) {}

  bool take() override {
    return translated([this] {
      transaction_.emplace(connection_, std::span<const TenantId>{});
      const auto taken = transaction_->execute(
          "SELECT pg_try_advisory_xact_lock(hashtextextended($1::text, 0))", {name_});
      const bool ours = taken.text(0, 0) == "t";
      if (!ours) transaction_.reset();
      return ours;
    });
  }
  // Also what keeps idle_in_transaction_session_timeout from ending the session.
  void keep() override {
    translated([this] { transaction_.value().execute("SELECT 1"); });
  }
  void give_back() override { transaction_.reset(); }

 private:
  postgres::Connection connection_;
  std::string name_;
  std::optional<postgres::Transaction> transaction_;
};

}  // namespace

void append_to_outbox(postgres::Transaction& transaction, std::string_view schema,
                      const InputPartition& input,
                      std::span<const events::OutboundRecord> records) {
  if (records.empty()) return;
  OutboxRecords arrays;
  for (const auto& record : records) arrays.add(record);
  transaction.execute(
      "INSERT INTO " + std::string(schema) +
          ".outbox (input_topic, input_partition, topic, key, value, headers) SELECT $1::text, "
          "$2::integer, t, k, v, h FROM unnest($3::text[], $4::bytea[], $5::bytea[], $6::bytea[]) "
          "WITH ORDINALITY AS r(t, k, v, h, n) ORDER BY n",
      {input.topic, std::to_string(input.partition), std::move(arrays.topics),
       std::move(arrays.keys), std::move(arrays.values), std::move(arrays.headers)});
}

std::unique_ptr<PublishingTurn> make_postgres_turn(const postgres::ConnectionOptions& options,
                                                   const std::string& name) {
  return std::make_unique<PostgresTurn>(options, name);
}

struct OutboxThread::Impl {
  OutboxThreadOptions options;
  MonotonicClock timer{};
  FaultPort& faults;
  std::function<void(const std::string& why)> trouble;
  std::mutex mutex;
  std::condition_variable_any woken;
  bool nudged = false;
  std::jthread thread;

  void run(const std::stop_token& stop) {
    kafka::ProducerOptions producer_options;
    producer_options.brokers = options.brokers;
    producer_options.client_id = options.publisher.service + "-outbox";
    auto connection = options.postgres;
    connection.application_name = producer_options.client_id;
    const auto store = make_postgres_store(connection, options.schema, {});
    const auto turn = make_postgres_turn(connection, "hookswitch.outbox." + options.schema);
    const auto producer = make_kafka_producer(producer_options);
    OutboxPublisher publisher(options.publisher, *store, *producer, *turn, timer, faults);
    std::string said;
    while (!stop.stop_requested()) {
      if (take_nudge()) publisher.look();
      const bool busy = publisher.step();
      const auto why = publisher.trouble().empty() && !producer->reachable()
                           ? std::string("Kafka is not reachable")
                           : publisher.trouble();
      if (trouble && why != said) trouble(why);
      said = why;
      if (!busy) rest(publisher.in_turn() ? waiting : idle, stop);
    }
    const auto deadline = std::chrono::steady_clock::now() + stop_patience;
    publisher.look();
    while (publisher.step() && std::chrono::steady_clock::now() < deadline) {
    }
  }

  bool take_nudge() {
    const std::lock_guard lock(mutex);
    return std::exchange(nudged, false);
  }

  void rest(std::chrono::milliseconds time, const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, time, [this] { return nudged; });
  }
};

OutboxThread::OutboxThread(OutboxThreadOptions options, FaultPort& faults,
                           std::function<void(const std::string& why)> trouble)
    : impl_(new Impl{.options = std::move(options),
                     .faults = faults,
                     .trouble = std::move(trouble),
                     .mutex = {},
                     .woken = {},
                     .thread = {}}) {}

OutboxThread::~OutboxThread() { stop(); }

void OutboxThread::start() {
  impl_->thread =
      std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->run(stop); });
}

void OutboxThread::stop() {
  impl_->thread.request_stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void OutboxThread::nudge() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->nudged = true;
  }
  impl_->woken.notify_one();
}

}  // namespace hookswitch::messaging
