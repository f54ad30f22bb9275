#pragma once
#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/record.hpp>
#include <hookswitch/messaging/handler.hpp>

#include <deque>
#include <string>
#include <vector>

/// Webhooks as ingress puts them on the bus, and calls as call-processing does.
namespace hookswitch::booking::testing {

// The uids of the samples: the booking, and the one that it is moved to.
inline const std::string first_uid = "3kVqgP7nXbW2sLdTf9RzQe";
inline const std::string second_uid = "9hTcB4mYxKpE6vNwJr2ZsD";
inline const std::string call_id = "call_5d1e0c77aa3b49f2b6c8e4d9f01";

/// A body of tests/contract/samples ("calcom_booking_created").
[[nodiscard]] std::string sample(const std::string& name);
/// `body` with every `from` replaced; throws when it is not there.
[[nodiscard]] std::string with(std::string body, const std::string& from, const std::string& to);

/// The envelope that ingress gives a body about a booking; its id follows from the body. No tenant:
/// one that ingress could give to nobody.
[[nodiscard]] events::Envelope envelope_for(const std::string& event, const std::string& uid,
                                            const std::string& body,
                                            const std::string& tenant = "lindenhof",
                                            const std::string& workspace = "default");
[[nodiscard]] events::OutboundRecord record_for(const events::Envelope& envelope,
                                                const std::string& body);
/// CallStarted of a tenant, which no content needs to be read of.
[[nodiscard]] events::OutboundRecord call_record(const std::string& call,
                                                 const std::string& tenant);

/// Deliveries with the records that they point into.
class Batch {
 public:
  Batch() = default;
  Batch(Batch&&) = default;
  Batch& add(const std::string& event, const std::string& uid, const std::string& body,
             const std::string& tenant = "lindenhof", const std::string& workspace = "default");
  Batch& add(const events::OutboundRecord& record, std::int32_t partition = 0);
  /// The samples as they are.
  Batch& created();
  Batch& rescheduled();
  Batch& cancelled();
  /// It names no tenant.
  Batch& no_show(const std::string& workspace = "default");
  Batch& call(const std::string& call, const std::string& tenant = "lindenhof");
  [[nodiscard]] const std::vector<messaging::Delivery>& deliveries() const { return deliveries_; }
  /// As the runtime would after asking whose the tenantless ones are.
  Batch& belonging_to(const std::string& tenant);

 private:
  std::deque<events::InboundRecord> records_;
  std::vector<messaging::Delivery> deliveries_;
};

/// ce_type of what was emitted, without the package; "refused: code" or "ignored".
[[nodiscard]] std::vector<std::string> words_of(const std::vector<messaging::Outcome>& outcomes);
[[nodiscard]] std::vector<events::OutboundRecord> emitted(
    const std::vector<messaging::Outcome>& outcomes);
[[nodiscard]] std::string header_of(const events::OutboundRecord& record, const std::string& name);

}  // namespace hookswitch::booking::testing
