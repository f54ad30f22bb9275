#include "dead_letters.hpp"

#include <algorithm>

namespace hookswitch::cli {
namespace {

std::string text_of(const events::Position& place) {
  return place.topic + "/" + std::to_string(place.partition) + "/" + std::to_string(place.offset);
}

std::string header_of(const events::OutboundRecord& record, std::string_view name) {
  return std::string(record.headers.find(name).value_or(""));
}

/// "<topic>.<service>.dlq" without its end.
std::string stem_of(const std::string& dead_letter_topic) {
  return dead_letter_topic.ends_with(dead_letter_suffix)
             ? dead_letter_topic.substr(0, dead_letter_topic.size() - dead_letter_suffix.size())
             : dead_letter_topic;
}

/// What tells the consumer the original place and the first failure.
bool stays_in_replay(std::string_view header) {
  return header == "dlq_topic" || header == "dlq_partition" || header == "dlq_offset" ||
         header == "dlq_first_failed_at";
}

events::OutboundRecord copy_of(const events::InboundRecord& record) {
  events::OutboundRecord copy;
  copy.topic = record.topic;
  copy.key = record.key;
  if (record.value) copy.value = std::string(*record.value);
  for (const auto& header : record.headers) copy.headers.add(header.name, header.value);
  return copy;
}

}  // namespace

std::string DeadLetter::header(std::string_view name) const { return header_of(record, name); }

bool DeadLetterChoice::covers(const DeadLetter& letter) const {
  const bool named = ids.empty() || std::find(ids.begin(), ids.end(), letter.id) != ids.end();
  const bool of_topic = topic.empty() || topic == letter.topic || topic == letter.record.topic;
  return named && of_topic && (service.empty() || service == letter.service) &&
         (reason.empty() || reason == letter.header("dlq_reason"));
}

void DeadLetters::add(const events::InboundRecord& record) {
  if (record.header("dlq_action")) {
    closed_.emplace(record.header("dlq_of").value_or(""));
  } else {
    records_.push_back({record.position(), copy_of(record)});
  }
}

std::vector<DeadLetter> DeadLetters::open() const {
  std::vector<DeadLetter> letters;
  std::map<std::pair<std::string, std::string>, std::size_t> known;
  for (const auto& [place, record] : records_) {
    if (closed_.contains(text_of(place))) continue;
    auto id = header_of(record, "ce_id");
    if (id.empty()) id = text_of(place);
    const auto [seen, fresh] = known.try_emplace({place.topic, id}, letters.size());
    if (fresh) letters.emplace_back();
    auto& letter = letters[seen->second];
    const auto stem = stem_of(place.topic);
    const auto dot = std::min(stem.rfind('.'), stem.size());
    letter.id = id;
    letter.topic = stem.substr(0, dot);
    letter.service = stem.substr(std::min(dot + 1, stem.size()));
    letter.place = place;
    letter.places.push_back(place);
    letter.record = record;
  }
  return letters;
}

events::OutboundRecord replay_of(const DeadLetter& letter) {
  auto record = letter.record;
  record.topic = stem_of(letter.record.topic) + ".retry";
  record.headers.erase_if([](events::HeaderView header) {
    return header.name.starts_with("dlq_") && !stays_in_replay(header.name);
  });
  return record;
}

std::vector<events::OutboundRecord> markers_of(const DeadLetter& letter, std::string_view action) {
  std::vector<events::OutboundRecord> markers;
  markers.reserve(letter.places.size());
  for (const auto& place : letter.places) {
    markers.push_back({letter.record.topic,
                       letter.record.key,
                       std::nullopt,
                       {{"dlq_action", std::string(action)}, {"dlq_of", text_of(place)}}});
  }
  return markers;
}

}  // namespace hookswitch::cli
