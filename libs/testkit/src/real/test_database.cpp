#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/telemetry/log.hpp>
#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/test_database.hpp>

#include <stdexcept>

namespace hookswitch::testkit {

namespace {

struct UrlParts {
  std::string user;      // with the password, without the @
  std::string address;   // host:port
  std::string database;  // without the /
  std::string query;     // with the ?
};

UrlParts parts_of(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) throw std::runtime_error("not a postgresql:// URL");
  std::string rest = url.substr(scheme + 3);
  UrlParts parts;
  if (const auto query = rest.find('?'); query != std::string::npos) {
    parts.query = rest.substr(query);
    rest.erase(query);
  }
  if (const auto slash = rest.find('/'); slash != std::string::npos) {
    parts.database = rest.substr(slash + 1);
    rest.erase(slash);
  }
  if (const auto at = rest.rfind('@'); at != std::string::npos) {
    parts.user = rest.substr(0, at);
    rest.erase(0, at + 1);
  }
  parts.address = rest;
  return parts;
}

postgres::ConnectionOptions options_for(std::string url) {
  postgres::ConnectionOptions options;
  options.url = std::move(url);
  options.application_name = "hookswitch-test";
  return options;
}

/// `./dev test` gives its server's roles the same.
std::string password_of(const std::string& role) { return role + "_password"; }

/// Several tests may do this at once; the loser of a race finds the role made.
void create_role(postgres::Connection& server, const std::string& role) {
  if (!postgres::execute_alone(server, "SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'")
           .empty())
    return;
  try {
    postgres::execute_alone(server,
                            "CREATE ROLE " + role + " LOGIN PASSWORD '" + password_of(role) + "'");
  } catch (const postgres::StatementError& error) {
    if (error.sqlstate() != "42710" && error.sqlstate() != "23505") throw;
  }
}

}  // namespace

std::string with_parts(const std::string& url, const std::string& user, const std::string& address,
                       const std::string& database) {
  UrlParts parts = parts_of(url);
  if (!user.empty()) parts.user = user + ":" + password_of(user);
  if (!address.empty()) parts.address = address;
  if (!database.empty()) parts.database = database;
  return "postgresql://" + (parts.user.empty() ? "" : parts.user + "@") + parts.address + "/" +
         parts.database + parts.query;
}

std::string address_of(const std::string& url) { return parts_of(url).address; }

TestDatabase::TestDatabase(std::string schema)
    : schema_(std::move(schema)),
      server_url_(test_postgres_url()),
      name_(unique_name("test_" + schema_)) {
  const std::string owner = schema_ + "_owner";
  const std::string app = schema_ + "_app";
  postgres::Connection server(options_for(server_url_));
  create_role(server, owner);
  create_role(server, app);
  // Nobody is ever connected to template0, which a copy of template1 would mind.
  create("template0");
  postgres::Connection inside(options_for(superuser_url()));
  postgres::execute_alone(inside, "CREATE SCHEMA " + schema_ + " AUTHORIZATION " + owner);
  postgres::execute_alone(inside, "GRANT USAGE ON SCHEMA " + schema_ + " TO " + app);
}

TestDatabase::TestDatabase(const TestDatabase& other, Copy)
    : schema_(other.schema_),
      server_url_(other.server_url_),
      name_(unique_name("test_" + schema_)) {
  create(other.name_);
}

TestDatabase TestDatabase::copy() const { return {*this, Copy{}}; }

void TestDatabase::create(const std::string& from) const {
  postgres::Connection server(options_for(server_url_));
  postgres::execute_alone(server, "CREATE DATABASE " + name_ + " TEMPLATE " + from);
}

TestDatabase::~TestDatabase() {
  try {
    postgres::Connection server(options_for(server_url_));
    postgres::execute_alone(server, "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  } catch (const std::exception& error) {
    telemetry::log_warning("testkit.database_left", {{"database", name_}, {"error", error.what()}});
  }
}

std::string TestDatabase::owner_url() const {
  return with_parts(server_url_, schema_ + "_owner", "", name_);
}
std::string TestDatabase::app_url() const {
  return with_parts(server_url_, schema_ + "_app", "", name_);
}
std::string TestDatabase::superuser_url() const { return with_parts(server_url_, "", "", name_); }

}  // namespace hookswitch::testkit
