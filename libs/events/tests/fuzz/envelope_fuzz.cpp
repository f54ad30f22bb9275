// Any headers: what is read as an envelope is written back as the same envelope.
#include <hookswitch/events/cloud_event.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace hookswitch::events;

namespace {

/// Lines "name=value".
OutboundRecord record_of(std::string_view text) {
  OutboundRecord record{"t", "k", "v", {}};
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t equals = std::min(line.find('='), line.size());
    record.headers.add(line.substr(0, equals), line.substr(std::min(line.size(), equals + 1)));
  }
  return record;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto inbound = make_inbound(record_of({reinterpret_cast<const char*>(data), size}), 0, 0);
  const auto envelope = envelope_of(inbound);
  if (!envelope) {
    if (envelope.error().code != "not_a_cloud_event" || envelope.error().field.empty())
      std::abort();
    return 0;
  }
  const auto again = envelope_of(make_inbound({"t", "k", "v", to_headers(*envelope)}, 0, 0));
  if (!again || *again != *envelope) std::abort();
  return 0;
}
