#include "world.hpp"

#include <hookswitch/events/topics.hpp>

/// The promises, checked from outside: from the bus and the database alone.
namespace hookswitch::simulation {
namespace {

std::string header_of(const events::OutboundRecord& record, std::string_view name) {
  return std::string(record.headers.find(name).value_or(""));
}

}  // namespace

void World::check_committing(const messaging::NextOffset& next) {
  const auto& ids = ids_[next.partition];
  auto& checked = checked_[next.partition];
  for (; checked < next.offset; ++checked) {
    if (!store_.inbox(ids[static_cast<std::size_t>(checked)])) {
      throw Violation{"an offset was committed past record " + next.partition.topic + "/" +
                      std::to_string(next.partition.partition) + "/" + std::to_string(checked) +
                      ", which nobody has handled"};
    }
  }
}

void World::check_dead_letters() {
  std::set<std::size_t> found;
  for (const auto& letter :
       bus_.log(events::topics::dead_letters_of(input_topic, service_name), 0)) {
    found.insert(message_number(letter));
    const auto reason = header_of(letter, "dlq_reason");
    const auto kind = kinds_[message_number(letter)];
    const bool right = (kind == Kind::refused && reason == "refused") ||
                       (kind == Kind::undecodable && reason == "undecodable") ||
                       (kind == Kind::throwing && reason == "failed") ||
                       (kind == Kind::crashing && reason == "crashed");
    if (!right) {
      throw Violation{"message " + std::to_string(message_number(letter)) +
                      " is a dead letter for the reason " + reason};
    }
  }
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    if (kinds_[i] != Kind::good && !found.contains(i)) {
      throw Violation{"poison message " + std::to_string(i) + " is not among the dead letters"};
    }
  }
}

void World::check_effects(bool all) {
  std::map<std::size_t, int> effects;
  for (const auto& [key, value] : store_.values()) {
    for (const auto message : applied(value)) {
      ++effects[message];
      if (keys_[message] != key) throw Violation{"a message changed another aggregate"};
    }
  }
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const int wanted = all || kinds_[i] == Kind::good ? 1 : 0;
    if (effects[i] != wanted) {
      throw Violation{"message " + std::to_string(i) + " has " + std::to_string(effects[i]) +
                      " effects instead of " + std::to_string(wanted)};
    }
  }
}

void World::check_events() {
  std::map<std::string, std::vector<EventContent>> first_seen;
  const std::string topic(output_topic);
  for (std::int32_t p = 0; p < bus_.partitions(topic); ++p) {
    for (const auto& record : bus_.log(topic, p)) {
      const auto content = event_content(record);
      auto& seen = first_seen[record.key];
      if (std::find(seen.begin(), seen.end(), content) == seen.end()) seen.push_back(content);
    }
  }
  for (const auto& [key, value] : store_.values()) {
    std::vector<EventContent> wanted;
    for (const auto message : applied(value)) wanted.push_back({message, wanted.size() + 1});
    if (first_seen[key] == wanted) continue;
    std::string seen;
    for (const auto& content : first_seen[key]) {
      seen += " " + std::to_string(content.message) + ":" + std::to_string(content.version);
    }
    throw Violation{"the events of " + key + " are" + seen + ", committed were the messages " +
                    value};
  }
  if (!store_.outbox().empty()) throw Violation{"the outbox is not empty"};
}

std::string World::say_where() const {
  std::string text = "lag " + std::to_string(bus_.lag(std::string(service_name))) +
                     ", outbox rows " + std::to_string(store_.outbox().size());
  for (const auto& slot : slots_) {
    text += ", " + slot.id;
    text += !slot.worker           ? " gone"
            : slot.frozen          ? " frozen"
            : slot.worker->quiet() ? " quiet"
                                   : " busy";
  }
  return text;
}

}  // namespace hookswitch::simulation
