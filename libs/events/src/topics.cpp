#include <hookswitch/events/topics.hpp>

namespace hookswitch::events::topics {
namespace {

constexpr std::string_view retry_ending = ".retry";

std::string joined(std::string_view topic, std::string_view service, std::string_view ending) {
  std::string name;
  name.reserve(topic.size() + service.size() + ending.size() + 1);
  return name.append(topic).append(".").append(service).append(ending);
}

}  // namespace

std::string dead_letters_of(std::string_view topic, std::string_view service) {
  return joined(topic, service, ".dlq");
}

std::string retries_of(std::string_view topic, std::string_view service) {
  return joined(topic, service, retry_ending);
}

std::string_view original_of(std::string_view topic, std::string_view service) {
  std::string_view rest = topic;
  if (!rest.ends_with(retry_ending)) return topic;
  rest.remove_suffix(retry_ending.size());
  if (!rest.ends_with(service)) return topic;
  rest.remove_suffix(service.size());
  if (service.empty() || !rest.ends_with('.')) return topic;
  rest.remove_suffix(1);
  return rest;
}

}  // namespace hookswitch::events::topics
