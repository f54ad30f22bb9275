#include "consumer_client.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <span>
#include <thread>
#include <tuple>

namespace hookswitch::kafka {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds destroy_patience{2};
constexpr std::chrono::milliseconds leader_pause{100};
// One is woken for it (FetchWaker), so it need not be long. Above it comes one fetch.
constexpr std::size_t queue_bytes = std::size_t{16} * 1024 * 1024;
/// A broker gives its first batch whole, so a larger message comes all the same.
constexpr std::size_t fetch_bytes = std::size_t{1000} * 1000;
constexpr std::size_t queue_messages = 10'000;
constexpr int fetches_by_itself_from = 0x020200ff;  // a version as rd_kafka_version() gives it

/// A broker that has just come back has no leader for a partition yet.
bool may_pass(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
         error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
         error == RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE || error == RD_KAFKA_RESP_ERR__TRANSPORT;
}

std::span<rd_kafka_topic_partition_t> elements(const PartitionList& list) {
  return {list->elems, static_cast<std::size_t>(list->cnt)};
}

struct HeldMessage {
  std::shared_ptr<ConsumerClient> client;  // released after the message
  Message message;
};

struct Done {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
};

/// rd_kafka_destroy has hung in the field (librdkafka #4187, #4528); a service that stops must not.
void destroy_bounded(rd_kafka_t* client) {
  const auto done = std::make_shared<Done>();
  std::thread worker([client, done] {
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    {
      const std::lock_guard lock(done->mutex);
      done->done = true;
    }
    done->changed.notify_one();
  });
  bool finished = false;
  {
    std::unique_lock lock(done->mutex);
    finished = done->changed.wait_for(lock, destroy_patience, [&] { return done->done; });
  }
  if (finished) {
    worker.join();
  } else {
    telemetry::log_error("kafka.consumer_destroy_hangs");
    worker.detach();
  }
}

}  // namespace

ConsumerClient::ConsumerClient(rd_kafka_t* client) : client_(client) {
  rd_kafka_poll_set_consumer(client_);
}

ConsumerClient::~ConsumerClient() { destroy_bounded(client_); }

std::string ConsumerClient::member_id() const {
  const std::unique_ptr<char, DestroyedBy<std::free>> id(rd_kafka_memberid(client_));
  return id ? id.get() : "";
}

bool ConsumerClient::close(std::chrono::milliseconds patience) {
  const Queue queue(rd_kafka_queue_new(client_));
  const auto deadline = Clock::now() + patience;
  if (const Error error{rd_kafka_consumer_close_queue(client_, queue.get())}) {
    telemetry::log_warning("kafka.consumer_close", {{"error", rd_kafka_error_string(error.get())}});
    return false;
  }
  while (rd_kafka_consumer_closed(client_) == 0) {
    if (Clock::now() >= deadline) return false;
    // Serves the callbacks; the records that were waiting come too (rd_kafka_queue_poll_callback
    // asserts on them).
    const Message unwanted(rd_kafka_consume_queue(queue.get(), 20));
  }
  return true;
}

Configuration consumer_configuration(const std::string& brokers, const std::string& client_id,
                                     std::size_t message_bytes_max) {
  Configuration configuration(brokers, client_id);
  configuration.set("enable.auto.commit", std::string("false"))
      .set("enable.auto.offset.store", std::string("false"))
      .set("auto.offset.reset", std::string("earliest"))
      .set("message.max.bytes", fetch_bytes)  // which fetch.max.bytes must not be below
      .set("max.partition.fetch.bytes", fetch_bytes)
      .set("fetch.max.bytes", fetch_bytes)
      .set("receive.message.max.bytes", message_bytes_max + std::size_t{1024} * 1024)
      .set("queued.max.messages.kbytes", queue_bytes / 1024)
      .set("queued.min.messages", queue_messages)
      // A partition whose leader moves is asked again soon.
      .set("fetch.error.backoff.ms", std::chrono::milliseconds(20));
  if (rd_kafka_version() >= fetches_by_itself_from) {
    configuration.set("fetch.queue.backoff.ms", std::chrono::milliseconds(10));
  }
  return configuration;
}

void FetchWaker::took(rd_kafka_t* client, std::size_t bytes,
                      const std::function<PartitionList()>& partitions) {
  if (rd_kafka_version() >= fetches_by_itself_from) return;
  ++messages_;
  bytes_ += bytes;
  if (messages_ < queue_messages / 2 && bytes_ < queue_bytes / 2) return;
  rest();
  const auto asked = partitions();
  for (auto& each : elements(asked)) each.offset = RD_KAFKA_OFFSET_END;
  // That it is asked is all that matters: the answer is not waited for.
  std::ignore = rd_kafka_offsets_for_times(client, asked.get(), 0);
}

void FetchWaker::rest() {
  messages_ = 0;
  bytes_ = 0;
}

events::InboundRecord record_of(Message message, std::shared_ptr<ConsumerClient> client) {
  events::InboundRecord record;
  const rd_kafka_message_t& raw = *message;
  record.topic = rd_kafka_topic_name(raw.rkt);
  record.partition = raw.partition;
  record.offset = raw.offset;
  record.timestamp_ms = rd_kafka_message_timestamp(&raw, nullptr);
  if (raw.key != nullptr) record.key = {static_cast<const char*>(raw.key), raw.key_len};
  if (raw.payload != nullptr) record.value.emplace(static_cast<const char*>(raw.payload), raw.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&raw, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    record.headers.reserve(rd_kafka_header_cnt(headers));
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      record.headers.push_back(
          {name, value == nullptr ? std::string_view{}
                                  : std::string_view(static_cast<const char*>(value), size)});
    }
  }
  record.storage = {new HeldMessage{std::move(client), std::move(message)},
                    [](void* held) { delete static_cast<HeldMessage*>(held); }};
  return record;
}

PartitionList partition_list(const std::vector<TopicPartition>& partitions) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const auto& [topic, partition] : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  }
  return list;
}

PartitionList partition_list(const std::vector<TopicPartitionOffset>& offsets) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [topic, partition, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  }
  return list;
}

int partition_count(rd_kafka_t* client, const std::string& topic, Clock::time_point deadline) {
  const Topic handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  if (!handle) throw Unavailable("topic " + topic + ": " + rd_kafka_err2str(rd_kafka_last_error()));
  while (true) {
    const rd_kafka_metadata_t* found = nullptr;
    auto error = rd_kafka_metadata(client, 0, handle.get(), &found, remaining_ms(deadline));
    const Metadata metadata(found);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return metadata->topics[0].partition_cnt;
      }
      error = metadata->topic_cnt == 1 ? metadata->topics[0].err
                                       : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    }
    // A topic that has just been made has no leader for a moment.
    if (error != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE || remaining_ms(deadline) == 0) {
      throw Unavailable("topic " + topic + ": " + rd_kafka_err2str(error));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::vector<TopicPartitionOffset> query_offsets(rd_kafka_t* client,
                                                const std::vector<TopicPartition>& partitions,
                                                Edge edge, Clock::time_point deadline) {
  if (partitions.empty()) return {};
  for (;;) {
    const PartitionList list = partition_list(partitions);
    for (auto& each : elements(list)) each.offset = static_cast<std::int64_t>(edge);
    // Not rd_kafka_query_watermark_offsets: 2.0.2 waits for ever in it when the broker falls
    // silent.
    auto error = rd_kafka_offsets_for_times(client, list.get(), remaining_ms(deadline));
    std::vector<TopicPartitionOffset> out;
    for (const auto& each : elements(list)) {
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = each.err;
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR && each.offset < 0) {
        error = RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE;
      }
      out.push_back({each.topic, each.partition, each.offset});
    }
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return out;
    if (!may_pass(error) || Clock::now() + leader_pause >= deadline) {
      throw Unavailable("the offsets of topic " + partitions.front().topic + ": " +
                        rd_kafka_err2str(error));
    }
    std::this_thread::sleep_for(leader_pause);
  }
}

}  // namespace hookswitch::kafka
