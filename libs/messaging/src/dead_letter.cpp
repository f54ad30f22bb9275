#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/dead_letter.hpp>

#include <charconv>
#include <string>

namespace hookswitch::messaging {
namespace {

template <class Integer>
std::optional<Integer> natural(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  Integer value{};
  const auto* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value < 0) return std::nullopt;
  return value;
}

/// More partitions than any topic has; a number above it is a mistake, not an owner.
constexpr std::int32_t partitions_max = 10'000;

}  // namespace

Origin origin_of(const events::InboundRecord& record, std::string_view service) {
  const auto original = events::topics::original_of(record.topic, service);
  if (original == record.topic) return {std::string(record.topic), record.partition, record.offset};
  const auto partition = natural<std::int32_t>(record.header("dlq_partition"));
  const auto offset = natural<std::int64_t>(record.header("dlq_offset"));
  if (!partition || *partition >= partitions_max || !offset) {
    return {std::string(original), record.partition, record.offset, false};
  }
  return {std::string(original), *partition, *offset};
}

Uuid message_id(const events::InboundRecord& record, const Origin& origin) {
  if (const auto header = record.header("ce_id")) {
    if (const auto id = Uuid::parse(*header)) return *id;
  }
  const auto topic = origin.known ? std::string_view(origin.topic) : record.topic;
  return uuid_v5(hookswitch_namespace, "record\n" + std::string(topic) + "\n" +
                                           std::to_string(origin.partition) + "\n" +
                                           std::to_string(origin.offset));
}

events::OutboundRecord dead_letter(const events::InboundRecord& record, const Origin& origin,
                                   std::string_view service, std::string_view build,
                                   const DeadLetterCause& cause) {
  events::OutboundRecord letter;
  letter.topic = events::topics::dead_letters_of(origin.topic, service);
  letter.key = std::string(record.key);
  if (record.value) letter.value = std::string(*record.value);
  for (const auto& header : record.headers) {
    if (header.name.starts_with("dlq_")) continue;
    letter.headers.add(header.name, header.value);
  }
  auto first_failed_at = format_rfc3339(cause.first_failed_at);
  if (const auto earlier = record.header("dlq_first_failed_at")) {
    if (parse_rfc3339(*earlier)) first_failed_at = std::string(*earlier);
  }
  letter.headers.add("dlq_reason", cause.reason);
  letter.headers.add("dlq_error", cause.error);
  letter.headers.add("dlq_topic", origin.topic);
  letter.headers.add("dlq_partition", std::to_string(origin.partition));
  letter.headers.add("dlq_offset", std::to_string(origin.offset));
  letter.headers.add("dlq_attempts", std::to_string(cause.attempts));
  letter.headers.add("dlq_first_failed_at", first_failed_at);
  letter.headers.add("dlq_build", build);
  return letter;
}

}  // namespace hookswitch::messaging
