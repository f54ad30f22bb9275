#pragma once
#include <hookswitch/testkit/fake_store.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::simulation {

/// The process is gone: not a std::exception, so nothing on the way takes it for a failure.
struct SimulatedCrash {};

inline constexpr std::string_view service_name = "model";
inline constexpr std::string_view input_topic = "raw.v1";
inline constexpr std::string_view output_topic = "out.v1";

enum class Kind { good, refused, undecodable, throwing, crashing };

/// A small service with one aggregate a key: the list of messages applied to it, whose length is
/// its version. Each message emits an event with the version as its sequence.
class ModelService {
 public:
  /// Poison is poison until then.
  bool mended = false;

  [[nodiscard]] std::unique_ptr<messaging::BatchHandler> handler(
      testkit::FakeTransaction& transaction) const;
};

/// The raw message; `number` is its identity.
[[nodiscard]] events::OutboundRecord raw_message(std::size_t number, const std::string& key,
                                                 Kind kind);
/// The number of a raw message, also of one that came back as a dead letter.
[[nodiscard]] std::size_t message_number(const events::OutboundRecord& record);
[[nodiscard]] Uuid raw_message_id(std::size_t number);
/// The messages applied to an aggregate, in order, from its stored value.
[[nodiscard]] std::vector<std::size_t> applied(const std::string& value);
/// The message that an emitted event tells about, and the version.
struct EventContent {
  std::size_t message = 0;
  std::size_t version = 0;
  friend auto operator<=>(const EventContent&, const EventContent&) = default;
};
[[nodiscard]] EventContent event_content(const events::OutboundRecord& record);

}  // namespace hookswitch::simulation
