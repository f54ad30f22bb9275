#include "model_service.hpp"

#include <charconv>
#include <set>
#include <stdexcept>

namespace hookswitch::simulation {
namespace {

std::size_t number_in(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

class ModelHandler final : public messaging::BatchHandler {
 public:
  ModelHandler(testkit::FakeTransaction& transaction, bool mended)
      : transaction_(transaction), mended_(mended) {}

  std::vector<messaging::Outcome> handle(std::span<const messaging::Delivery> deliveries,
                                         TimePoint) override {
    std::set<std::string> keys;
    for (const auto& delivery : deliveries) keys.insert(std::string(delivery.record->key));
    std::map<std::string, std::string> values;
    for (const auto& key : keys) values[key] = transaction_.get_for_update(key).value_or("");
    std::vector<messaging::Outcome> outcomes;
    for (const auto& delivery : deliveries) outcomes.push_back(apply(delivery, values));
    for (auto& [key, value] : values) transaction_.put(key, std::move(value));
    return outcomes;
  }

 private:
  messaging::Outcome apply(const messaging::Delivery& delivery,
                           std::map<std::string, std::string>& values) const {
    const auto text = delivery.record->value.value_or("");
    const auto kind = static_cast<Kind>(text.front() - '0');
    if (!mended_) {
      if (kind == Kind::refused) return messaging::Refused{{"impossible", "/kind", "refused"}};
      if (kind == Kind::throwing) throw std::runtime_error("poison");
      if (kind == Kind::crashing) throw SimulatedCrash{};
    }
    const auto number = std::string(text.substr(2));
    auto& value = values[std::string(delivery.record->key)];
    value += number + ",";
    const auto version = std::to_string(applied(value).size());
    events::OutboundRecord event;
    event.topic = output_topic;
    event.key = std::string(delivery.record->key);
    event.value = number + ":" + version;
    return messaging::Handled{{std::move(event)}};
  }

  testkit::FakeTransaction& transaction_;
  bool mended_;
};

}  // namespace

std::unique_ptr<messaging::BatchHandler> ModelService::handler(
    testkit::FakeTransaction& transaction) const {
  return std::make_unique<ModelHandler>(transaction, mended);
}

Uuid raw_message_id(std::size_t number) {
  Uuid id;
  // Spread over all bytes: the order of the ids has nothing to do with the order of the messages.
  auto state = number * 0x9e3779b97f4a7c15ULL + 1;
  for (auto& byte : id.bytes) {
    state ^= state >> 29U;
    state *= 0xbf58476d1ce4e5b9ULL;
    byte = static_cast<std::uint8_t>(state >> 56U);
  }
  return id;
}

events::OutboundRecord raw_message(std::size_t number, const std::string& key, Kind kind) {
  events::OutboundRecord record;
  record.topic = input_topic;
  record.key = key;
  record.value = std::to_string(static_cast<int>(kind)) + ":" + std::to_string(number);
  record.headers = {{"ce_specversion", "1.0"},   {"ce_id", raw_message_id(number).to_string()},
                    {"ce_source", "simulation"}, {"ce_time", "2026-11-23T08:00:00.000Z"},
                    {"ce_subject", key},         {"content-type", "application/json"}};
  if (kind != Kind::undecodable) record.headers.add("ce_type", "simulation.Raw");
  return record;
}

std::size_t message_number(const events::OutboundRecord& record) {
  return number_in(std::string_view(*record.value).substr(2));
}

std::vector<std::size_t> applied(const std::string& value) {
  std::vector<std::size_t> numbers;
  std::size_t begin = 0;
  for (auto end = value.find(','); end != std::string::npos; end = value.find(',', begin)) {
    numbers.push_back(number_in(std::string_view(value).substr(begin, end - begin)));
    begin = end + 1;
  }
  return numbers;
}

EventContent event_content(const events::OutboundRecord& record) {
  const auto& text = *record.value;
  const auto colon = text.find(':');
  return {number_in(std::string_view(text).substr(0, colon)),
          number_in(std::string_view(text).substr(colon + 1))};
}

}  // namespace hookswitch::simulation
