#pragma once
#include "adapters/call_batch_handler.hpp"
#include "adapters/call_store_postgres.hpp"
#include "subscriptions.hpp"
#include "support/deliveries.hpp"

#include <memory>
#include <string>
#include <vector>

namespace hookswitch::call_processing::testing {

inline TimePoint day(const std::string& date) { return parse_rfc3339(date + "T12:00:00Z").value(); }

/// One webhook about a call, handled on that day and committed.
inline std::vector<std::string> handle(postgres::Connection& app, const std::string& event,
                                       const std::string& call, const std::string& date,
                                       const TenantId& tenant = TenantId("lindenhof")) {
  telemetry::Registry registry;
  KnownCalls known(1);
  postgres::Transaction transaction(app, std::vector{tenant});
  CallBatchHandler handler(subscriptions(), std::make_unique<CallStorePostgres>(transaction, known),
                           WebhookProbe(registry));
  Batch batch;
  batch.add(event, with(sample("retell_" + event), "call_5d1e0c77aa3b49f2b6c8e4d9f01", call),
            tenant.str());
  auto words = words_of(handler.handle(batch.deliveries(), day(date)));
  transaction.commit();
  return words;
}

}  // namespace hookswitch::call_processing::testing
