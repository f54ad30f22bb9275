#include "consumer_client.hpp"

#include <hookswitch/kafka/consumer.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <algorithm>
#include <array>
#include <exception>

namespace hookswitch::kafka {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds commit_patience{5};
constexpr std::chrono::seconds session{10};
constexpr std::chrono::seconds committed_patience{5};
constexpr std::chrono::seconds close_patience{3};  // and 2 s for the destruction: 5 s in all
constexpr std::chrono::seconds leave_patience{3};
constexpr std::chrono::seconds left_patience{1};  // for the answer, then 2 s for the destruction

struct Assigned {
  TopicPartition partition;
  std::int64_t next =
      -1;  ///< the next offset poll() gives out; -1: the beginning, nobody committed yet
};

std::string fatal_reason(rd_kafka_t* client) {
  std::array<char, 512> reason{};
  if (rd_kafka_fatal_error(client, reason.data(), reason.size()) == RD_KAFKA_RESP_ERR_NO_ERROR)
    return {};
  return reason.data();
}

}  // namespace

struct Consumer::Impl {
  Impl(const ConsumerOptions& options, Rebalance given);
  ~Impl();

  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t error,
                           rd_kafka_topic_partition_list_t* partitions, void* opaque);
  static void on_commit(rd_kafka_t* client, rd_kafka_resp_err_t error,
                        rd_kafka_topic_partition_list_t* offsets, void* opaque);
  void assign(rd_kafka_topic_partition_list_t* partitions);
  void revoke();
  void announce();
  void withdraw(bool lost);
  bool leave();
  void rethrow_if_failed();
  void handle_error(const rd_kafka_message_t& message);
  Assigned* find(std::string_view topic, std::int32_t partition);
  [[nodiscard]] std::vector<TopicPartition> assignment() const;

  Rebalance rebalance;
  std::vector<Assigned> assigned;
  bool announced = false;  ///< `rebalance.assigned` was called, `revoked` not yet
  bool leaving = false;
  bool left = false;
  std::exception_ptr failure;  // of a callback: C code lies between it and poll()
  std::shared_ptr<ConsumerClient> client;
  FetchWaker waker;
};

Consumer::Impl::Impl(const ConsumerOptions& options, Rebalance given)
    : rebalance(std::move(given)) {
  Configuration configuration =
      consumer_configuration(options.brokers, options.client_id, options.message_bytes_max);
  configuration
      .set("group.id", options.group)
      // Eager: with cooperative-sticky a commit during a rebalance starts another one (librdkafka
      // #4059).
      .set("partition.assignment.strategy", std::string("range"))
      .set("session.timeout.ms", session)
      // What is not answered within a session is for a member that is gone: librdkafka's minute
      // would be a minute of standing still after an outage (docs/decisions/0110).
      .set("socket.timeout.ms", session)
      // How soon a rebalance is heard of; 500 ms cost a hundredth of a percent of a core more than
      // 1 s (docs/performance.md).
      .set("heartbeat.interval.ms", std::chrono::milliseconds(500))
      .set("max.poll.interval.ms", std::chrono::seconds(300))
      // How long the broker holds an empty answer back: longer costs less at rest (design §5.10),
      // and keeps partitions that have just come waiting for the fetch that is under way.
      .set("fetch.wait.max.ms", std::chrono::milliseconds(500));
  if (!options.group_instance.empty())
    configuration.set("group.instance.id", options.group_instance);
  rd_kafka_conf_set_opaque(configuration.get(), this);
  rd_kafka_conf_set_rebalance_cb(configuration.get(), &on_rebalance);
  rd_kafka_conf_set_offset_commit_cb(configuration.get(), &on_commit);
  client = std::make_shared<ConsumerClient>(configuration.create(RD_KAFKA_CONSUMER));

  std::vector<TopicPartition> topics;
  topics.reserve(options.topics.size());
  for (const auto& topic : options.topics) topics.push_back({topic, RD_KAFKA_PARTITION_UA});
  const auto error = rd_kafka_subscribe(client->get(), partition_list(topics).get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::invalid_argument(rd_kafka_err2str(error));
}

Consumer::Impl::~Impl() {
  if (!client->close(left ? left_patience : close_patience)) {
    telemetry::log_warning("kafka.consumer_close_gave_up");
  }
  if (assigned.empty()) withdraw(false);
}

/// Closing says nothing of a static member, but unsubscribing sends LeaveGroup with the member's id
/// (when the deal that may be under way is known here), which is forgotten as it is sent.
bool Consumer::Impl::leave() {
  leaving = true;
  if (client->member_id().empty()) return false;
  if (rd_kafka_unsubscribe(client->get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  const auto deadline = Clock::now() + leave_patience;
  while (!client->member_id().empty()) {
    if (Clock::now() >= deadline) return false;
    const Message unwanted(rd_kafka_consumer_poll(client->get(), 20));  // serves the callbacks
  }
  return true;
}

void Consumer::Impl::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t error,
                                  rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  auto* self = static_cast<Impl*>(opaque);
  if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    self->assign(partitions);
  } else {
    if (error != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
      telemetry::log_warning("kafka.rebalance", {{"error", rd_kafka_err2str(error)}});
    }
    self->revoke();
  }
  rd_kafka_yield(
      client);  // poll() returns now: a callback's failure is not kept behind the next record
}

/// Asks for the committed offsets here, once, so that librdkafka need not, and lag() knows where a
/// quiet partition stands.
void Consumer::Impl::assign(rd_kafka_topic_partition_list_t* partitions) {
  withdraw(false);  // librdkafka does not revoke an assignment without partitions
  const auto error =
      rd_kafka_committed(client->get(), partitions, leaving ? 0 : timeout_ms(committed_patience));
  assigned.clear();
  for (int i = 0; i < partitions->cnt; ++i) {
    auto& each = partitions->elems[i];
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR || each.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      each.offset = RD_KAFKA_OFFSET_INVALID;  // librdkafka then asks by itself until it is told
    }
    assigned.push_back({{each.topic, each.partition}, each.offset >= 0 ? each.offset : -1});
  }
  const auto refused = rd_kafka_assign(client->get(), partitions);
  if (refused != RD_KAFKA_RESP_ERR_NO_ERROR) {
    telemetry::log_error("kafka.assign", {{"error", rd_kafka_err2str(refused)}});
  }
  telemetry::log_info("kafka.assigned", {{"partitions", partitions->cnt}});
  announce();
}

void Consumer::Impl::revoke() {
  const bool lost = rd_kafka_assignment_lost(client->get()) != 0;
  telemetry::log_info("kafka.revoked", {{"partitions", assigned.size()}, {"lost", lost}});
  withdraw(lost);
  assigned.clear();
  rd_kafka_assign(client->get(), nullptr);
}

void Consumer::Impl::announce() {
  announced = true;
  try {
    if (rebalance.assigned) rebalance.assigned(assignment());
  } catch (...) {
    failure = std::current_exception();
  }
}

void Consumer::Impl::withdraw(bool lost) {
  if (!std::exchange(announced, false)) return;
  try {
    if (rebalance.revoked) rebalance.revoked(assignment(), lost);
  } catch (...) {
    failure = std::current_exception();
  }
}

void Consumer::Impl::on_commit(rd_kafka_t* /*client*/, rd_kafka_resp_err_t error,
                               rd_kafka_topic_partition_list_t* /*offsets*/, void* /*opaque*/) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR__NO_OFFSET) return;
  telemetry::log_warning("kafka.commit", {{"error", rd_kafka_err2str(error)}});
}

void Consumer::Impl::rethrow_if_failed() {
  if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
}

void Consumer::Impl::handle_error(const rd_kafka_message_t& message) {
  const std::string reason = fatal_reason(client->get());
  if (!reason.empty()) throw Fatal(reason);
  telemetry::log_warning("kafka.consumer", {{"error", rd_kafka_message_errstr(&message)}});
}

Assigned* Consumer::Impl::find(std::string_view topic, std::int32_t partition) {
  const auto it = std::find_if(assigned.begin(), assigned.end(), [&](const Assigned& each) {
    return each.partition.partition == partition && each.partition.topic == topic;
  });
  return it == assigned.end() ? nullptr : &*it;
}

std::vector<TopicPartition> Consumer::Impl::assignment() const {
  std::vector<TopicPartition> out;
  out.reserve(assigned.size());
  for (const auto& each : assigned) out.push_back(each.partition);
  return out;
}

Consumer::Consumer(const ConsumerOptions& options, Rebalance rebalance)
    : impl_(std::make_unique<Impl>(options, std::move(rebalance))) {}
Consumer::~Consumer() = default;

std::optional<events::InboundRecord> Consumer::poll(std::chrono::milliseconds patience) {
  Message message(rd_kafka_consumer_poll(impl_->client->get(), timeout_ms(patience)));
  impl_->rethrow_if_failed();
  if (!message) {
    impl_->waker.rest();
    return std::nullopt;
  }
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    impl_->handle_error(*message);
    return std::nullopt;
  }
  impl_->waker.took(impl_->client->get(), message->len,
                    [this] { return partition_list(impl_->assignment()); });
  auto record = record_of(std::move(message), impl_->client);
  if (Assigned* at = impl_->find(record.topic, record.partition)) at->next = record.offset + 1;
  return record;
}

void Consumer::commit_async(const std::vector<TopicPartitionOffset>& next) {
  if (next.empty()) return;
  const auto error = rd_kafka_commit(impl_->client->get(), partition_list(next).get(), 1);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    telemetry::log_warning("kafka.commit", {{"error", rd_kafka_err2str(error)}});
  }
}

void Consumer::commit_sync(const std::vector<TopicPartitionOffset>& next) {
  if (next.empty()) return;
  rd_kafka_t* client = impl_->client->get();
  // With a queue of our own, because rd_kafka_commit's own wait for an absent coordinator has no
  // bound.
  const Queue queue(rd_kafka_queue_new(client));
  auto error =
      rd_kafka_commit_queue(client, partition_list(next).get(), queue.get(), nullptr, nullptr);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const Event event(rd_kafka_queue_poll(queue.get(), timeout_ms(commit_patience)));
    error = event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  }
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const std::string reason = fatal_reason(client);
  if (!reason.empty()) throw Fatal(reason);
  throw Unavailable(std::string("offsets were not committed: ") + rd_kafka_err2str(error));
}

void Consumer::leave() {
  impl_->left = impl_->leave();
  if (impl_->left) {
    telemetry::log_info("kafka.leaves_group");
  } else {
    telemetry::log_warning("kafka.group_not_left");
  }
}

void Consumer::pause(const std::vector<TopicPartition>& partitions) {
  rd_kafka_pause_partitions(impl_->client->get(), partition_list(partitions).get());
}

void Consumer::resume(const std::vector<TopicPartition>& partitions) {
  rd_kafka_resume_partitions(impl_->client->get(), partition_list(partitions).get());
}

std::vector<TopicPartition> Consumer::assignment() const { return impl_->assignment(); }

std::vector<TopicPartitionOffset> Consumer::lag() const {
  std::vector<TopicPartitionOffset> out;
  for (const auto& [partition, next] : impl_->assigned) {
    std::int64_t low = RD_KAFKA_OFFSET_INVALID;
    std::int64_t high = RD_KAFKA_OFFSET_INVALID;
    const auto error = rd_kafka_get_watermark_offsets(impl_->client->get(), partition.topic.c_str(),
                                                      partition.partition, &low, &high);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) continue;  // nothing fetched yet
    const std::int64_t from = next >= 0 ? next : std::max<std::int64_t>(low, 0);
    out.push_back({partition.topic, partition.partition, std::max<std::int64_t>(high - from, 0)});
  }
  return out;
}

}  // namespace hookswitch::kafka
