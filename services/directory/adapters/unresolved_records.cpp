#include "adapters/unresolved_records.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace hookswitch::directory {
namespace {

bool is_reason(std::string_view text) {
  return std::ranges::any_of(routing::all_unresolved_reasons,
                             [&](auto reason) { return to_string(reason) == text; });
}

/// Goes into an index as a part of a key, and into a list line by line.
bool is_plain(std::string_view text) {
  constexpr std::size_t bytes_max = 256;
  return !text.empty() && text.size() <= bytes_max && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

Rejection not_ours(std::string_view header, std::string message) {
  return {"not_an_unresolved_webhook", std::string(header), std::move(message)};
}

}  // namespace

Result<UnresolvedWebhook> read_unresolved_webhook(const messaging::Delivery& delivery) {
  const auto& envelope = delivery.envelope;
  const auto& record = *delivery.record;
  if (envelope.tenant) return not_ours("ce_tenantid", "it has an owner");
  if (envelope.provider != "retell" && envelope.provider != "calcom") {
    return not_ours("ce_provider", "expected retell or calcom");
  }
  if (!is_plain(envelope.event)) return not_ours("ce_event", "expected 1 to 256 bytes of text");
  if (!is_plain(envelope.workspace)) {
    return not_ours("ce_workspace", "expected 1 to 256 bytes of text");
  }
  const std::string reason(record.header("unresolved_reason").value_or(""));
  if (!is_reason(reason)) return not_ours("unresolved_reason", "is none that is known");
  if (record.key.empty()) return not_ours("", "it has no key");
  if (!record.value) return not_ours("", "it has no body");
  UnresolvedWebhook webhook{envelope.id,
                            envelope.provider,
                            envelope.event,
                            envelope.workspace,
                            reason,
                            envelope.time,
                            std::string(record.key),
                            {},
                            std::string(*record.value)};
  for (const auto& header : record.headers) webhook.headers.add(header.name, header.value);
  if (const auto readable = check_body(webhook); !readable) return readable.error();
  return webhook;
}

Result<UnresolvedWebhook> read_by(std::span<const Subscription> subscriptions,
                                  const messaging::Delivery& delivery) {
  for (const auto& line : subscriptions) {
    if (line.topic == delivery.topic && line.event == delivery.envelope.type) {
      return line.read(delivery);
    }
  }
  return not_ours("ce_type", "nothing else is put on this topic");
}

}  // namespace hookswitch::directory
