#include "composition.hpp"

#include "adapters/call_batch_handler.hpp"
#include "adapters/call_store_postgres.hpp"
#include "adapters/known_calls.hpp"
#include "adapters/migrations.hpp"
#include "subscriptions.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/month_partitions.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace hookswitch::call_processing {

/// Those of three minutes at 500 webhooks a second; a longer call is looked up again.
constexpr std::size_t known_calls_max = 30'000;

static messaging::PostgresHandlerFactory handlers(telemetry::Registry& registry) {
  return [probe = WebhookProbe(registry), known = std::make_shared<KnownCalls>(known_calls_max)](
             postgres::Transaction& transaction) {
    return std::make_unique<CallBatchHandler>(
        subscriptions(), std::make_unique<CallStorePostgres>(transaction, *known), probe);
  };
}

messaging::ConsumerDefinition definition() {
  return {.name = "call-processing",
          .purpose = "Merges a call's webhooks and says what happened",
          .schema = "call_processing",
          .topics = {std::string(events::topics::webhooks_retell)},
          .migrations = call_migrations(),
          .handlers = handlers,
          .upkeep =
              [](postgres::Connection& owner, telemetry::Registry&) {
                messaging::make_month_partitions(owner, "call_processing");
              },
          .forget =
              [](postgres::Connection& owner, std::int64_t keep) {
                messaging::drop_month_partitions(owner, "call_processing", keep);
              }};
}

}  // namespace hookswitch::call_processing
