#pragma once
#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/record.hpp>
#include <hookswitch/messaging/handler.hpp>

#include <deque>
#include <string>
#include <vector>

/// Webhooks as ingress puts them on the bus.
namespace hookswitch::call_processing::testing {

/// A body of tests/contract/samples ("retell_call_ended").
[[nodiscard]] std::string sample(const std::string& name);
/// `body` with the first `from` replaced; throws when it is not there.
[[nodiscard]] std::string with(std::string body, const std::string& from, const std::string& to);

/// The envelope that ingress gives a body; its id follows from the body.
[[nodiscard]] events::Envelope envelope_for(const std::string& event, const std::string& body,
                                            const std::string& tenant = "lindenhof");
[[nodiscard]] events::OutboundRecord record_for(const std::string& event, const std::string& body,
                                                const std::string& tenant = "lindenhof");

/// Deliveries with the records that they point into.
class Batch {
 public:
  Batch() = default;
  Batch(Batch&&) = default;
  Batch& add(const std::string& event, const std::string& body,
             const std::string& tenant = "lindenhof");
  /// A webhook that ingress could give to no tenant.
  Batch& add_without_tenant(const std::string& event, const std::string& body);
  [[nodiscard]] const std::vector<messaging::Delivery>& deliveries() const { return deliveries_; }

 private:
  Batch& add(events::Envelope envelope, const std::string& body);

  std::deque<events::InboundRecord> records_;
  std::vector<messaging::Delivery> deliveries_;
};

/// ce_type of what was emitted, without the package; "refused: code" or "ignored".
[[nodiscard]] std::vector<std::string> words_of(const std::vector<messaging::Outcome>& outcomes);
[[nodiscard]] std::string header_of(const events::OutboundRecord& record, const std::string& name);

}  // namespace hookswitch::call_processing::testing
