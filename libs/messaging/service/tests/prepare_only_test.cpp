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
int run(const ConsumerSettings& settings, ConsumerDefinition definition = small_service()) {
  runtime::Shutdown shutdown;
  telemetry::Registry registry;
  runtime::Health health;
  NoFaults faults;
  const SystemClock clock;
  ConsumerService service(definition, settings, {registry, health, shutdown, faults, clock},
                          "guarded");
  return runtime::run("guarded", settings.service, registry, health, shutdown, service.parts());
}

ConsumerSettings only_preparing(const testkit::TestDatabase& database) {
  ConsumerSettings settings;
  settings.service.kafka = nobody;
  settings.postgres_url = database.app_url();
  settings.postgres_owner_url = database.owner_url();
  settings.prepare_only = true;
  return settings;
}

}  // namespace

TEST_CASE("to prepare only makes the tables and ends well, with no Kafka anywhere") {
  const testkit::TestDatabase database(schema);
  const auto settings = only_preparing(database);
  CHECK(run(settings) == 0);
  postgres::Connection app(at(database.app_url()));
  CHECK_NOTHROW(require_guarded_tenants(app, schema, {}));
  CHECK(run(settings) == 0);  // once more changes nothing
}

TEST_CASE("what is older than it is kept for is dropped after the upkeep, where months are set") {
  const testkit::TestDatabase database(schema);
  auto settings = only_preparing(database);
  std::vector<std::string> done;
  auto definition = small_service();
  definition.upkeep = [&](postgres::Connection&, telemetry::Registry&) {
    done.emplace_back("kept");
  };
  definition.forget = [&](postgres::Connection&, std::int64_t keep) {
    done.push_back("forgot but " + std::to_string(keep));
  };
  CHECK(run(settings, definition) == 0);
  CHECK(done == std::vector<std::string>{"kept"});
  settings.keep_months = 12;
  CHECK(run(settings, definition) == 0);
  CHECK(done == std::vector<std::string>{"kept", "kept", "forgot but 12"});
}

TEST_CASE("to prepare only is refused without the owner's URL") {
  ConsumerSettings settings;
  settings.service.kafka = nobody;
  settings.postgres_url = "postgresql://u@127.0.0.1:1/x";
  settings.prepare_only = true;
  CHECK_THROWS_WITH(run(settings), Catch::Contains("HOOKSWITCH_POSTGRES_OWNER_URL"));
}

}  // namespace hookswitch::messaging::testing
