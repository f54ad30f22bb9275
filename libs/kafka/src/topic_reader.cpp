#include "consumer_client.hpp"

#include <hookswitch/kafka/topic_reader.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <algorithm>

namespace hookswitch::kafka {

struct TopicReader::Impl {
  /// One partition on its way to the end that the topic had at the start.
  struct Progress {
    std::int64_t next = 0;
    std::int64_t start_end = 0;
  };

  Impl(const TopicReaderOptions& options, std::chrono::milliseconds patience);
  void reached(std::int32_t partition, std::int64_t next);

  std::shared_ptr<ConsumerClient> client;
  FetchWaker waker;
  std::vector<TopicPartition> partitions;
  std::vector<Progress> progress;  // by partition
};

TopicReader::Impl::Impl(const TopicReaderOptions& options, std::chrono::milliseconds patience) {
  Configuration configuration =
      consumer_configuration(options.brokers, options.client_id, options.message_bytes_max);
  configuration
      .set("group.id",
           std::string(
               "hookswitch-reader"))  // never joined, never committed; librdkafka wants a name
      .set("isolation.level", std::string("read_committed"))
      .set("enable.partition.eof", std::string("true"))
      .set("fetch.wait.max.ms", options.fetch_wait);
  client = std::make_shared<ConsumerClient>(configuration.create(RD_KAFKA_CONSUMER));

  const auto deadline = std::chrono::steady_clock::now() + patience;
  const int count = partition_count(client->get(), options.topic, deadline);
  partitions.reserve(static_cast<std::size_t>(count));
  for (std::int32_t partition = 0; partition < count; ++partition)
    partitions.push_back({options.topic, partition});
  const auto ends = query_offsets(client->get(), partitions, Edge::end, deadline);
  const auto starts = options.from_beginning
                          ? query_offsets(client->get(), partitions, Edge::beginning, deadline)
                          : ends;
  for (std::size_t i = 0; i < ends.size(); ++i)
    progress.push_back({starts[i].offset, ends[i].offset});
  const auto error = rd_kafka_assign(client->get(), partition_list(starts).get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw Unavailable("topic " + options.topic + ": " + rd_kafka_err2str(error));
}

void TopicReader::Impl::reached(std::int32_t partition, std::int64_t next) {
  auto& at = progress.at(static_cast<std::size_t>(partition));
  at.next = std::max(at.next, next);
}

TopicReader::TopicReader(const TopicReaderOptions& options, std::chrono::milliseconds patience)
    : impl_(std::make_unique<Impl>(options, patience)) {}
TopicReader::~TopicReader() = default;

std::optional<events::InboundRecord> TopicReader::poll(std::chrono::milliseconds patience) {
  Message message(rd_kafka_consumer_poll(impl_->client->get(), timeout_ms(patience)));
  if (!message) {
    impl_->waker.rest();
    return std::nullopt;
  }
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    // The end of what may be read: a compacted topic's last offsets may be gone, an open
    // transaction's wait.
    auto& at = impl_->progress.at(static_cast<std::size_t>(message->partition));
    impl_->reached(message->partition, std::max(at.start_end, message->offset));
    return std::nullopt;
  }
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    telemetry::log_warning("kafka.reader", {{"error", rd_kafka_message_errstr(message.get())}});
    return std::nullopt;
  }
  impl_->reached(message->partition, message->offset + 1);
  impl_->waker.took(impl_->client->get(), message->len,
                    [this] { return partition_list(impl_->partitions); });
  return record_of(std::move(message), impl_->client);
}

bool TopicReader::at_start_end() const {
  return std::all_of(impl_->progress.begin(), impl_->progress.end(),
                     [](const auto& at) { return at.next >= at.start_end; });
}

std::vector<std::int64_t> TopicReader::ends(std::chrono::milliseconds patience) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::vector<std::int64_t> offsets;
  for (const auto& end :
       query_offsets(impl_->client->get(), impl_->partitions, Edge::end, deadline)) {
    offsets.push_back(end.offset);
  }
  return offsets;
}

}  // namespace hookswitch::kafka
