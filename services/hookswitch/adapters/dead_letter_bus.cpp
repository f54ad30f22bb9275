#include "dead_letter_bus.hpp"

#include "bus.hpp"

#include <hookswitch/kafka/topic_reader.hpp>

#include <algorithm>
#include <chrono>

namespace hookswitch::cli {

std::vector<DeadLetter> open_dead_letters(const std::string& brokers,
                                          const DeadLetterChoice& choice) {
  DeadLetters all;
  for (const auto& [topic, partitions] : kafka::list_topics(brokers, std::chrono::seconds{10})) {
    if (!topic.ends_with(dead_letter_suffix)) continue;
    read_whole_topic(brokers, topic,
                     [&all](const events::InboundRecord& record) { all.add(record); });
  }
  auto letters = all.open();
  std::erase_if(letters, [&choice](const DeadLetter& letter) { return !choice.covers(letter); });
  return letters;
}

std::vector<std::string> ids_without_letter(const DeadLetterChoice& choice,
                                            const std::vector<DeadLetter>& letters) {
  std::vector<std::string> missing;
  for (const auto& id : choice.ids) {
    const bool there = std::any_of(letters.begin(), letters.end(),
                                   [&id](const DeadLetter& letter) { return letter.id == id; });
    if (!there) missing.push_back(id);
  }
  return missing;
}

bool close_dead_letters(const std::string& brokers, const std::vector<DeadLetter>& letters,
                        std::string_view action) {
  std::vector<events::OutboundRecord> markers;
  for (const auto& letter : letters) {
    for (auto& marker : markers_of(letter, action)) markers.push_back(std::move(marker));
  }
  const auto durable = write_records(brokers, markers);
  return std::all_of(durable.begin(), durable.end(), [](bool good) { return good; });
}

}  // namespace hookswitch::cli
