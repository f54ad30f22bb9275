#include <hookswitch/messaging/database_checks.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace hookswitch::messaging {
namespace {

constexpr std::int64_t connections_left_free = 20;

}  // namespace

void require_guarded_tenants(postgres::Connection& app, const std::string& schema,
                             const std::vector<std::string>& unguarded) {
  const auto role = postgres::execute_alone(
      app,
      "SELECT r.rolname, r.rolsuper OR r.rolbypassrls,"
      " EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = $1::text"
      "         AND pg_has_role(current_user, n.nspowner, 'MEMBER')) OR"
      " EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
      "         WHERE n.nspname = $1::text AND pg_has_role(current_user, c.relowner, 'MEMBER')),"
      " EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
      "         WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p') AND c.relrowsecurity)"
      " FROM pg_roles r WHERE r.rolname = current_user",
      std::vector<postgres::Parameter>{schema});
  const std::string name(role.text(0, 0));
  if (role.text(0, 1) == "t") {
    throw std::runtime_error("the role " + name +
                             " is a superuser or has BYPASSRLS and would see every tenant's rows: "
                             "give HOOKSWITCH_POSTGRES_URL a role without either");
  }
  if (role.text(0, 2) == "t") {
    throw std::runtime_error("the role " + name + " owns the schema " + schema +
                             " or something in it and could lift its guard: give "
                             "HOOKSWITCH_POSTGRES_URL a role that owns nothing");
  }
  if (role.text(0, 3) != "t") {
    throw std::runtime_error("the tables of " + schema +
                             " are not there: start once with "
                             "HOOKSWITCH_POSTGRES_OWNER_URL, so that the migrations run");
  }
  std::vector<std::string> exempt{"inbox", "outbox", "attempt", "consumer_run", "migration"};
  exempt.insert(exempt.end(), unguarded.begin(), unguarded.end());
  const auto open = postgres::execute_alone(
      app,
      "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
      " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
      " WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p')"
      " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
      " AND c.relname <> ALL ($2::text[])"
      " ORDER BY 1 LIMIT 1",
      std::vector<postgres::Parameter>{schema, postgres::array_literal(exempt)});
  if (!open.empty()) {
    throw std::runtime_error("the table " + schema + "." + std::string(open.text(0, 0)) +
                             " has a tenant_id and no FORCE ROW LEVEL SECURITY");
  }
}

void require_enough_connections(postgres::Connection& app, std::int64_t replicas,
                                std::int64_t workers) {
  const auto limits = postgres::execute_alone(
      app,
      "SELECT current_setting('max_connections')::bigint, r.rolconnlimit::bigint"
      " FROM pg_roles r WHERE r.rolname = current_user");
  const auto wanted = replicas * (workers + 1);
  const auto available = limits.integer(0, 0) - connections_left_free;
  const auto role_limit = limits.integer(0, 1);
  const std::string sum = std::to_string(replicas) + " replicas with " + std::to_string(workers) +
                          " workers and one more connection each need " + std::to_string(wanted) +
                          " connections; ";
  if (wanted > available) {
    throw std::runtime_error(sum + "Postgres has " + std::to_string(limits.integer(0, 0)) +
                             ", of which 20 stay free: lower HOOKSWITCH_WORKERS or raise "
                             "max_connections");
  }
  if (role_limit >= 0 && wanted > role_limit) {
    throw std::runtime_error(sum + "the role may have " + std::to_string(role_limit) +
                             ": lower HOOKSWITCH_WORKERS or raise its CONNECTION LIMIT");
  }
}

}  // namespace hookswitch::messaging
