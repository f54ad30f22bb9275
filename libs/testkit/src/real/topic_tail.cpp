#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/testkit/real/topic_tail.hpp>

#include <algorithm>
#include <chrono>

namespace hookswitch::testkit {
namespace {

using namespace std::chrono_literals;

kafka::TopicReaderOptions from_now(const std::string& brokers, const std::string& topic) {
  kafka::TopicReaderOptions options;
  options.brokers = brokers;
  options.client_id = "topic-tail";
  options.topic = topic;
  options.from_beginning = false;
  return options;
}

}  // namespace

std::string Seen::type() const {
  const auto& type = headers.at("ce_type");
  return type.substr(type.rfind('.') + 1);
}

TopicTail::TopicTail(const std::string& brokers, const std::string& topic)
    : brokers_(brokers), topic_(topic), reader_(from_now(brokers, topic), 10s), next_(ends()) {}

std::map<std::int32_t, std::int64_t> TopicTail::ends() const {
  std::map<std::int32_t, std::int64_t> ends;
  for (const auto& one : kafka::group_lag(brokers_, "topic-tail-nobody", {topic_}, 10s)) {
    ends[one.partition] = one.end;
  }
  return ends;
}

const std::vector<Seen>& TopicTail::all() {
  const auto wanted = ends();
  const auto behind = [&] {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const auto& end) { return next_[end.first] < end.second; });
  };
  while (behind()) {
    const auto record = reader_.poll(100ms);
    if (!record) continue;
    next_[record->partition] = std::max(next_[record->partition], record->offset + 1);
    Seen seen{std::string(record->key), std::string(record->value.value_or("")), {}};
    for (const auto& header : record->headers)
      seen.headers[std::string(header.name)] = header.value;
    seen_.push_back(std::move(seen));
  }
  return seen_;
}

}  // namespace hookswitch::testkit
