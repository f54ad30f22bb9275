// Every record of a topic as one line, without its value: partition, offset, time stamp (ms), key,
// then the headers that --headers names, separated by tabs; what a record lacks is empty. For a
// topic that is too long to be held as JSON. For benchmarks only.
#include "flags.hpp"

#include <hookswitch/kafka/topic_reader.hpp>

#include <chrono>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace hookswitch::bench {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
  return words;
}

int print_records(const Flags& flags) {
  const auto headers = words_of(flags.text("headers", "ce_id"));
  kafka::TopicReader reader(
      {.brokers = flags.text("kafka", ""), .client_id = "bench", .topic = flags.text("topic", "")},
      std::chrono::seconds(30));
  while (!reader.at_start_end()) {
    const auto record = reader.poll(std::chrono::milliseconds(100));
    if (!record) continue;
    std::cout << record->partition << '\t' << record->offset << '\t' << record->timestamp_ms << '\t'
              << record->key;
    for (const auto& name : headers) std::cout << '\t' << record->header(name).value_or("");
    std::cout << '\n';
  }
  std::cout.flush();
  return std::cout ? 0 : 1;
}

}  // namespace
}  // namespace hookswitch::bench

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  return hookswitch::bench::print_records(hookswitch::bench::Flags(argc, argv));
}
