#include "consumer_client.hpp"

#include <hookswitch/kafka/admin.hpp>

#include <array>
#include <span>
#include <thread>

namespace hookswitch::kafka {

namespace {

using Clock = std::chrono::steady_clock;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, DestroyedBy<rd_kafka_NewTopic_destroy>>;
using DeleteTopic =
    std::unique_ptr<rd_kafka_DeleteTopic_t, DestroyedBy<rd_kafka_DeleteTopic_destroy>>;
using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, DestroyedBy<rd_kafka_AdminOptions_destroy>>;

Client admin_client(const std::string& brokers) {
  return Client(Configuration(brokers, "hookswitch-admin").create(RD_KAFKA_PRODUCER));
}

AdminOptions admin_options(rd_kafka_t* client, rd_kafka_admin_op_t operation,
                           Clock::time_point deadline) {
  AdminOptions options(rd_kafka_AdminOptions_new(client, operation));
  std::array<char, 256> reason{};
  if (rd_kafka_AdminOptions_set_request_timeout(options.get(), remaining_ms(deadline),
                                                reason.data(),
                                                reason.size()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::invalid_argument(reason.data());
  }
  return options;
}

NewTopic new_topic(const TopicDeclaration& declared, int replication_factor) {
  std::array<char, 256> reason{};
  NewTopic topic(rd_kafka_NewTopic_new(declared.name.c_str(), declared.partitions,
                                       replication_factor, reason.data(), reason.size()));
  if (!topic) throw std::runtime_error("topic " + declared.name + ": " + reason.data());
  for (const auto& [name, value] : declared.config) {
    const auto error = rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error("topic " + declared.name + ": " + name + ": " +
                               rd_kafka_err2str(error));
    }
  }
  return topic;
}

/// Waits for the one answer of an admin request. Throws Unavailable.
Event answer_of(rd_kafka_queue_t* queue, Clock::time_point deadline) {
  Event event(rd_kafka_queue_poll(queue, remaining_ms(deadline) + 500));
  if (!event) throw Unavailable("Kafka did not answer in time");
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw Unavailable(std::string("Kafka: ") + rd_kafka_event_error_string(event.get()));
  }
  return event;
}

void require_done(std::span<const rd_kafka_topic_result_t* const> results,
                  rd_kafka_resp_err_t fine) {
  for (const auto* result : results) {
    const auto error = rd_kafka_topic_result_error(result);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == fine) continue;
    const char* why = rd_kafka_topic_result_error_string(result);
    throw std::runtime_error(std::string("topic ") + rd_kafka_topic_result_name(result) + ": " +
                             (why != nullptr ? why : rd_kafka_err2str(error)));
  }
}

/// The controller has decided; the brokers learn it a moment later.
void wait_until_described(rd_kafka_t* client, const std::vector<TopicDeclaration>& topics,
                          Clock::time_point deadline) {
  for (const auto& topic : topics) {
    while (true) {
      try {
        (void)partition_count(client, topic.name, deadline);
        break;
      } catch (const Unavailable&) {
        if (remaining_ms(deadline) == 0) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
  }
}

/// A broker that has just started says so of groups until it has read what it knows of them.
bool passes_with_the_coordinator(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_NOT_COORDINATOR ||
         error == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
         error == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE;
}

std::vector<std::pair<std::string, int>> describe_topics(rd_kafka_t* client,
                                                         Clock::time_point deadline) {
  const rd_kafka_metadata_t* found = nullptr;
  const auto error = rd_kafka_metadata(client, 1, nullptr, &found, remaining_ms(deadline));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw Unavailable(std::string("Kafka: ") + rd_kafka_err2str(error));
  const Metadata metadata(found);
  std::vector<std::pair<std::string, int>> topics;
  for (const auto& topic :
       std::span(metadata->topics, static_cast<std::size_t>(metadata->topic_cnt))) {
    if (topic.err == RD_KAFKA_RESP_ERR_NO_ERROR)
      topics.emplace_back(topic.topic, topic.partition_cnt);
  }
  return topics;
}

}  // namespace

void create_topics(const std::string& brokers, const std::vector<TopicDeclaration>& topics,
                   int replication_factor, std::chrono::milliseconds patience) {
  if (topics.empty()) return;
  const auto deadline = Clock::now() + patience;
  const Client client = admin_client(brokers);
  const Queue queue(rd_kafka_queue_new(client.get()));
  const auto options = admin_options(client.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS, deadline);
  std::vector<NewTopic> made;
  std::vector<rd_kafka_NewTopic_t*> pointers;
  pointers.reserve(topics.size());
  for (const auto& topic : topics)
    pointers.push_back(made.emplace_back(new_topic(topic, replication_factor)).get());
  rd_kafka_CreateTopics(client.get(), pointers.data(), pointers.size(), options.get(), queue.get());
  const Event event = answer_of(queue.get(), deadline);
  std::size_t count = 0;
  const auto* const* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  require_done({results, count}, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS);
  wait_until_described(client.get(), topics, deadline);
}

void delete_topics(const std::string& brokers, const std::vector<std::string>& names,
                   std::chrono::milliseconds patience) {
  if (names.empty()) return;
  const auto deadline = Clock::now() + patience;
  const Client client = admin_client(brokers);
  const Queue queue(rd_kafka_queue_new(client.get()));
  const auto options = admin_options(client.get(), RD_KAFKA_ADMIN_OP_DELETETOPICS, deadline);
  std::vector<DeleteTopic> made;
  std::vector<rd_kafka_DeleteTopic_t*> pointers;
  pointers.reserve(names.size());
  for (const auto& name : names)
    pointers.push_back(made.emplace_back(rd_kafka_DeleteTopic_new(name.c_str())).get());
  rd_kafka_DeleteTopics(client.get(), pointers.data(), pointers.size(), options.get(), queue.get());
  const Event event = answer_of(queue.get(), deadline);
  std::size_t count = 0;
  const auto* const* results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  require_done({results, count}, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
}

std::vector<std::pair<std::string, int>> list_topics(const std::string& brokers,
                                                     std::chrono::milliseconds patience) {
  const Client client = admin_client(brokers);
  return describe_topics(client.get(), Clock::now() + patience);
}

std::vector<GroupLag> group_lag(const std::string& brokers, const std::string& group,
                                const std::vector<std::string>& topics,
                                std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  Configuration configuration(brokers, "hookswitch-admin");
  configuration.set("group.id", group);
  const ConsumerClient client(configuration.create(RD_KAFKA_CONSUMER));
  std::vector<TopicPartition> partitions;
  for (const auto& topic : topics) {
    const int count = partition_count(client.get(), topic, deadline);
    for (std::int32_t partition = 0; partition < count; ++partition)
      partitions.push_back({topic, partition});
  }
  auto list = partition_list(partitions);
  auto error = rd_kafka_committed(client.get(), list.get(), remaining_ms(deadline));
  while (passes_with_the_coordinator(error) && remaining_ms(deadline) > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    list = partition_list(partitions);
    error = rd_kafka_committed(client.get(), list.get(), remaining_ms(deadline));
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw Unavailable("group " + group + ": " + rd_kafka_err2str(error));
  std::vector<GroupLag> out;
  const auto ends = query_offsets(client.get(), partitions, Edge::end, deadline);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const std::int64_t committed = list->elems[i].offset;
    out.push_back(
        {ends[i].topic, ends[i].partition, committed >= 0 ? committed : -1, ends[i].offset});
  }
  return out;
}

}  // namespace hookswitch::kafka
