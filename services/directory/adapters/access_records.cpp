#include "adapters/access_records.hpp"

#include "adapters/entity_records.hpp"
#include "adapters/outbox_input.hpp"

#include <hookswitch/core/uuid.hpp>
#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/postgres_outbox.hpp>

#include <utility>

namespace hookswitch::directory {

void publish_access_record(postgres::Transaction& transaction, const std::string& key,
                           std::optional<std::string> value, std::string type, TimePoint now) {
  const auto version = transaction.execute("SELECT nextval('directory.version')").integer(0, 0);
  const auto envelope = envelope_of_record(key, std::move(type), version, now);
  const events::OutboundRecord record{std::string(events::topics::directory), key, std::move(value),
                                      events::to_headers(envelope)};
  messaging::append_to_outbox(transaction, "directory", outbox_input(), std::span(&record, 1));
}

}  // namespace hookswitch::directory
