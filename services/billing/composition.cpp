#include "composition.hpp"

#include "adapters/billing_batch_handler.hpp"
#include "adapters/billing_store_postgres.hpp"
#include "adapters/migrations.hpp"
#include "adapters/plan_records.hpp"
#include "subscriptions.hpp"

#include <hookswitch/events/topics.hpp>

#include <memory>
#include <string>

namespace hookswitch::billing {

static messaging::PostgresHandlerFactory handlers(telemetry::Registry& registry) {
  return [probe = BillingProbe(registry)](postgres::Transaction& transaction) {
    return std::make_unique<BillingBatchHandler>(
        subscriptions(), std::make_unique<BillingStorePostgres>(transaction), probe);
  };
}

messaging::ConsumerDefinition definition() {
  return {.name = "billing",
          .purpose = "Prices calls and keeps the books",
          .schema = "billing",
          .topics = {std::string(events::topics::calls), std::string(events::topics::directory)},
          .tenant_of = company_of_plan,
          .migrations = billing_migrations(),
          .handlers = handlers};
}

}  // namespace hookswitch::billing
