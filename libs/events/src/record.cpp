#include <hookswitch/events/record.hpp>

namespace hookswitch::events {

InboundRecord make_inbound(const OutboundRecord& record, std::int32_t partition,
                           std::int64_t offset, std::int64_t timestamp_ms) {
  auto owned = std::make_unique<OutboundRecord>(record);
  InboundRecord inbound;
  inbound.topic = owned->topic;
  inbound.partition = partition;
  inbound.offset = offset;
  inbound.timestamp_ms = timestamp_ms;
  inbound.key = owned->key;
  if (const auto& value = owned->value) inbound.value = *value;
  inbound.headers.reserve(owned->headers.size());
  for (const HeaderView header : owned->headers) inbound.headers.push_back(header);
  inbound.storage = {owned.release(),
                     [](void* bytes) { delete static_cast<OutboundRecord*>(bytes); }};
  return inbound;
}

}  // namespace hookswitch::events
