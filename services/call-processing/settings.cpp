#include "settings.hpp"

namespace hookswitch::call_processing {

using namespace std::chrono_literals;

void declare(config::Settings& settings, CallProcessingSettings& values) {
  runtime::declare(settings, values.service);
  settings.secret("postgres-url", values.postgres_url,
                  "postgresql://… of the role call_processing_app, which owns nothing");
  settings.secret("postgres-owner-url", values.postgres_owner_url,
                  "postgresql://… of the role call_processing_owner; when given, migrations run at "
                  "start and partitions are made ahead");
  settings.integer("workers", values.workers, 1, 64,
                   "consumers in this process, each with a thread and a connection of its own");
  settings.integer("replicas", values.replicas, 1, 1000,
                   "processes like this one, for the check of Postgres' connections");
  settings.integer("batch-messages", values.batch_messages, 1, 10'000,
                   "webhooks in one transaction at most");
  settings.milliseconds("batch-pause", values.batch_pause, 0ms, 1000ms,
                        "rest after a batch that was not full; halves the cost of a trickle");
  settings.integer("max-attempts", values.max_attempts, 1, 100,
                   "tries of a webhook that throws, before it becomes a dead letter");
}

}  // namespace hookswitch::call_processing
