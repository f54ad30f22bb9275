#include <hookswitch/messaging/kafka_ports.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace hookswitch::messaging {
namespace {

std::vector<InputPartition> ours(const std::vector<kafka::TopicPartition>& partitions) {
  std::vector<InputPartition> result;
  result.reserve(partitions.size());
  for (const auto& partition : partitions) result.push_back({partition.topic, partition.partition});
  return result;
}

std::vector<kafka::TopicPartition> theirs(std::span<const InputPartition> partitions) {
  std::vector<kafka::TopicPartition> result;
  for (const auto& partition : partitions) result.push_back({partition.topic, partition.partition});
  return result;
}

std::vector<kafka::TopicPartitionOffset> theirs(std::span<const NextOffset> next) {
  std::vector<kafka::TopicPartitionOffset> result;
  for (const auto& offset : next) {
    result.push_back({offset.partition.topic, offset.partition.partition, offset.offset});
  }
  return result;
}

template <class Call>
auto translated(const Call& call) {
  try {
    return call();
  } catch (const kafka::Unavailable& error) {
    throw BusUnavailable(error.what());
  } catch (const kafka::Fatal& error) {
    throw BusFatal(error.what());
  }
}

class KafkaConsumer final : public BusConsumer {
 public:
  KafkaConsumer(const kafka::ConsumerOptions& options, RebalanceListener& listener)
      : consumer_(options,
                  {[&listener](const auto& partitions) { listener.on_assigned(ours(partitions)); },
                   [&listener](const auto& partitions, bool lost) {
                     listener.on_revoked(ours(partitions), lost);
                   }}) {}

  std::optional<events::InboundRecord> poll(Milliseconds patience) override {
    return translated([&] { return consumer_.poll(patience); });
  }
  void commit_async(std::span<const NextOffset> next) override {
    consumer_.commit_async(theirs(next));
  }
  void commit_sync(std::span<const NextOffset> next) override {
    translated([&] { consumer_.commit_sync(theirs(next)); });
  }
  void pause(std::span<const InputPartition> partitions) override {
    consumer_.pause(theirs(partitions));
  }
  void resume(std::span<const InputPartition> partitions) override {
    consumer_.resume(theirs(partitions));
  }
  std::vector<NextOffset> lag() override {
    std::vector<NextOffset> result;
    for (const auto& lag : consumer_.lag()) {
      result.push_back({{lag.topic, lag.partition}, lag.offset});
    }
    return result;
  }
  void leave() override { consumer_.leave(); }

 private:
  kafka::Consumer consumer_;
};

class KafkaProducer final : public BusProducer {
 public:
  explicit KafkaProducer(const kafka::ProducerOptions& options)
      : producer_(
            options,
            [this](std::uint64_t token, kafka::Delivery delivery) {
              const std::lock_guard lock(mutex_);
              reports_.push_back({token, ours(delivery)});
              failure_waits_ = failure_waits_ || delivery != kafka::Delivery::durable;
            },
            [this] { wake(); }) {  // now and then the producer's own thread has taken them
    producer_.have_reports_taken([this] { wake(); });
  }

  /// Under the lock that reports need: a producer made anew after a failure takes records only when
  /// all failures have been reported, so none of them can slip in between the look at
  /// failure_waits_ and the record.
  Enqueued produce(const events::OutboundRecord& record, std::uint64_t token) override {
    const std::lock_guard lock(mutex_);
    if (failure_waits_) return Enqueued::full;
    switch (producer_.produce(record, token)) {
      case kafka::Enqueued::accepted:
        return Enqueued::accepted;
      case kafka::Enqueued::queue_full:
      case kafka::Enqueued::fatal:
        return Enqueued::full;  // a new producer is on its way
      case kafka::Enqueued::too_large:
      case kafka::Enqueued::unknown_topic:
        return Enqueued::refused;
    }
    return Enqueued::refused;
  }

  std::vector<Report> reports(Milliseconds patience) override {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    do {
      forget_wake();  // before a look at what woke
      producer_.take_reports();
      // What wakes may be no report but an error of the connection.
    } while (!any_reports() && patience.count() > 0 && await_wake(deadline));
    const std::lock_guard lock(mutex_);
    failure_waits_ = false;
    return std::exchange(reports_, {});
  }

  [[nodiscard]] bool reachable() const override { return producer_.health().reachable; }

 private:
  [[nodiscard]] bool any_reports() {
    const std::lock_guard lock(mutex_);
    return !reports_.empty();
  }
  /// Under a lock that nobody holds who calls the Producer.
  void wake() {
    {
      const std::lock_guard lock(wake_mutex_);
      woken_ = true;
    }
    some_.notify_one();
  }
  void forget_wake() {
    const std::lock_guard lock(wake_mutex_);
    woken_ = false;
  }
  /// False when nothing came before the deadline.
  [[nodiscard]] bool await_wake(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(wake_mutex_);
    return some_.wait_until(lock, deadline, [this] { return woken_; });
  }

  static Reported ours(kafka::Delivery delivery) {
    switch (delivery) {
      case kafka::Delivery::durable:
        return Reported::durable;
      case kafka::Delivery::not_sent:
        return Reported::not_sent;
      case kafka::Delivery::in_doubt:
        return Reported::in_doubt;
    }
    return Reported::in_doubt;
  }

  std::mutex wake_mutex_;
  std::condition_variable some_;
  bool woken_ = false;  ///< reports may be there
  std::mutex mutex_;
  std::vector<Report> reports_;
  bool failure_waits_ = false;  ///< a failure is among reports_
  kafka::Producer producer_;    // last: it reports until it is gone
};

class OnDemandProducer final : public BusProducer {
 public:
  explicit OnDemandProducer(kafka::ProducerOptions options) : options_(std::move(options)) {}

  Enqueued produce(const events::OutboundRecord& record, std::uint64_t token) override {
    if (!producer_) producer_ = std::make_unique<KafkaProducer>(options_);
    return producer_->produce(record, token);
  }

  std::vector<Report> reports(Milliseconds patience) override {
    if (producer_) return producer_->reports(patience);
    // Nothing is out; who asks does not want to come back at once.
    std::this_thread::sleep_for(patience);
    return {};
  }

  [[nodiscard]] bool reachable() const override { return !producer_ || producer_->reachable(); }

 private:
  kafka::ProducerOptions options_;
  std::unique_ptr<KafkaProducer> producer_;
};

/// The outbox keeps a row until it is certain, so the client has no reason ever to give up.
kafka::ProducerOptions patient(kafka::ProducerOptions options) {
  options.message_timeout = std::chrono::milliseconds{0};
  return options;
}

}  // namespace

std::unique_ptr<BusConsumer> make_kafka_consumer(const kafka::ConsumerOptions& options,
                                                 RebalanceListener& listener) {
  return std::make_unique<KafkaConsumer>(options, listener);
}

std::unique_ptr<BusProducer> make_kafka_producer(kafka::ProducerOptions options) {
  return std::make_unique<KafkaProducer>(patient(std::move(options)));
}

std::unique_ptr<BusProducer> make_kafka_producer_on_demand(kafka::ProducerOptions options) {
  return std::make_unique<OnDemandProducer>(patient(std::move(options)));
}

}  // namespace hookswitch::messaging
