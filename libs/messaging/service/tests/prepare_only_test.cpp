#include "guarded_database.hpp"

#include <hookswitch/messaging/consumer_service.hpp>
#include <hookswitch/messaging/database_checks.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::messaging::testing {
namespace {

constexpr auto nobody = "127.0.0.1:1";

ConsumerDefinition small_service() {
  return {.name = "guarded",
          .purpose = "Keeps notes",
          .schema = schema,
          .topics = {"notes"},
          .migrations = own_migrations(),
          .handlers = [](telemetry::Registry&) { return PostgresHandlerFactory(); }};
}

/// The exit code of a process with these settings.
int run(const ConsumerSettings& settings) {
  runtime::Shutdown shutdown;
  telemetry::Registry registry;
  runtime::Health health;
  NoFaults faults;
  const SystemClock clock;
  ConsumerService service(small_service(), settings, {registry, health, shutdown, faults, clock},
                          "guarded");
  return runtime::run("guarded", settings.service, registry, health, shutdown, service.parts());
}

}  // namespace

TEST_CASE("to prepare only makes the tables and ends well, with no Kafka anywhere") {
  const testkit::TestDatabase database(schema);
  ConsumerSettings settings;
  settings.service.kafka = nobody;
  settings.postgres_url = database.app_url();
  settings.postgres_owner_url = database.owner_url();
  settings.prepare_only = true;
  CHECK(run(settings) == 0);
  postgres::Connection app(at(database.app_url()));
  CHECK_NOTHROW(require_guarded_tenants(app, schema, {}));
  CHECK(run(settings) == 0);  // once more changes nothing
}

TEST_CASE("to prepare only is refused without the owner's URL") {
  ConsumerSettings settings;
  settings.service.kafka = nobody;
  settings.postgres_url = "postgresql://u@127.0.0.1:1/x";
  settings.prepare_only = true;
  CHECK_THROWS_WITH(run(settings), Catch::Contains("HOOKSWITCH_POSTGRES_OWNER_URL"));
}

}  // namespace hookswitch::messaging::testing
