#include <hookswitch/testkit/real/topic_tail.hpp>

#include <algorithm>
#include <chrono>

namespace hookswitch::testkit {
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 10s;

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
    : reader_(from_now(brokers, topic), patience), next_(reader_.ends(patience)) {}

const std::vector<Seen>& TopicTail::all() {
  const auto wanted = reader_.ends(patience);
  const auto behind = [&] {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (next_.at(i) < wanted[i]) return true;
    }
    return false;
  };
  while (behind()) {
    const auto record = reader_.poll(100ms);
    if (!record) continue;
    auto& next = next_.at(static_cast<std::size_t>(record->partition));
    next = std::max(next, record->offset + 1);
    Seen seen{std::string(record->key), std::string(record->value.value_or("")), {}};
    for (const auto& header : record->headers)
      seen.headers[std::string(header.name)] = header.value;
    seen_.push_back(std::move(seen));
  }
  return seen_;
}

}  // namespace hookswitch::testkit
