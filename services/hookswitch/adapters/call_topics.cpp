#include "call_topics.hpp"

#include <hookswitch/kafka/topic_reader.hpp>

#include <algorithm>
#include <memory>
#include <thread>

namespace hookswitch::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::seconds broker_patience{10};
constexpr auto client = "hookswitch-simulate";

}  // namespace

void follow_calls(const std::string& brokers, const std::vector<std::string>& topics,
                  CallLedger& ledger, std::chrono::milliseconds patience) {
  std::vector<std::unique_ptr<kafka::TopicReader>> readers;
  for (const auto& topic : topics) {
    kafka::TopicReaderOptions options;
    options.brokers = brokers;
    options.client_id = client;
    options.topic = topic;
    readers.push_back(std::make_unique<kafka::TopicReader>(options, broker_patience));
  }
  auto last_news = SteadyClock::now();
  auto next_look = last_news;
  while (SteadyClock::now() - last_news < patience) {
    for (const auto& reader : readers) {
      for (int burst = 0; burst < 1000; ++burst) {
        const auto record = reader->poll(std::chrono::milliseconds{burst == 0 ? 10 : 0});
        if (!record) break;
        // What was there before may be long.
        if (ledger.take(*record) || !reader->at_start_end()) last_news = SteadyClock::now();
      }
    }
    if (SteadyClock::now() < next_look) continue;
    if (ledger.settled()) return;
    next_look = SteadyClock::now() + std::chrono::milliseconds{100};
  }
}

bool await_group(const std::string& brokers, const std::string& group, const std::string& topic,
                 std::chrono::milliseconds patience) {
  const auto until = SteadyClock::now() + patience;
  const auto wanted = kafka::group_lag(brokers, group, {topic}, broker_patience);
  while (true) {
    const auto now = kafka::group_lag(brokers, group, {topic}, broker_patience);
    const bool read = std::all_of(wanted.begin(), wanted.end(), [&now](const auto& want) {
      return want.end == 0 || std::any_of(now.begin(), now.end(), [&want](const auto& is) {
               return is.partition == want.partition && is.committed >= want.end;
             });
    });
    if (read) return true;
    if (SteadyClock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
}

}  // namespace hookswitch::cli
