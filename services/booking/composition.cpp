#include "composition.hpp"

#include "adapters/appointment_store_postgres.hpp"
#include "adapters/booking_batch_handler.hpp"
#include "adapters/migrations.hpp"
#include "adapters/uid_owners.hpp"
#include "subscriptions.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/month_partitions.hpp>

#include <memory>
#include <string>

namespace hookswitch::booking {

static messaging::PostgresHandlerFactory handlers(telemetry::Registry& registry) {
  return [probe = WebhookProbe(registry)](postgres::Transaction& transaction) {
    return std::make_unique<BookingBatchHandler>(
        subscriptions(), std::make_unique<AppointmentStorePostgres>(transaction), probe);
  };
}

static void keep_up(postgres::Connection& owner, telemetry::Registry& registry) {
  messaging::make_month_partitions(owner, "booking");
  forget_old_waiting(owner, registry);
}

messaging::ConsumerDefinition definition() {
  return {
      .name = "booking",
      .purpose = "Merges what Cal.com says of bookings into appointments and says what happened",
      .schema = "booking",
      .topics = {std::string(events::topics::webhooks_calcom), std::string(events::topics::calls)},
      .migrations = booking_migrations(),
      .unguarded_tables = {"uid_owner"},
      .handlers = handlers,
      .find_tenants = find_tenants,
      .upkeep = keep_up};
}

}  // namespace hookswitch::booking
