#include "conninfo.hpp"

#include "fixtures.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::postgres {
namespace {

TEST_CASE("A malformed URL is refused before anything connects, and nothing of it is quoted") {
  for (const char* url :
       {"postgresql://u:SECRETPW@[::1/x", "postgresql://u:SECRET%PW@x",
        "postgresql://u:SECRET@PW@x", "postgresql://u:SEC/RETPW@x/db", "postgresql://u:SEC?RETPW@x",
        "postgresql://u:SECRETPW/db", "postgresql://u:p@x/db?SECRETPW=1",
        "postgres://u:p@x/db?port=SECRETPW"}) {
    INFO(url);
    try {
      const Connection connection(options_for(url));
      FAIL("taken");
    } catch (const std::invalid_argument& error) {
      CHECK_THAT(error.what(), Catch::Contains("the Postgres URL is malformed") &&
                                   !Catch::Contains("SEC") && !Catch::Contains("PW"));
    }
  }
}

TEST_CASE("A URL of another kind is refused by name") {
  CHECK_THROWS_WITH(Connection(options_for("mysql://u:SECRETPW@localhost")),
                    Catch::Contains("postgresql://") && !Catch::Contains("SECRETPW"));
}

TEST_CASE("URLs that libpq understands are taken") {
  for (const char* url :
       {"postgresql://", "postgresql:///db?host=/run/postgresql",
        "postgresql://%2Frun%2Fpostgresql", "postgres://u@h1:1,h2:2/db?target_session_attrs=any",
        "postgresql://u:p%40%2F%3F@[::1]:5/d", "postgresql://u:@h/d", "postgresql://u:a:b@h/d"}) {
    INFO(url);
    CHECK_NOTHROW(Connection(options_for(url)));
  }
}

TEST_CASE("A password is masked as it is, as the URL spells it, and when it came separately") {
  auto options = options_for("postgresql://u:p%40ss@h/d");
  CHECK(masked("p@ss or p%40ss, p@ss", conninfo_of(options).secrets) == "*** or ***, ***");
  options.password = "other p";
  CHECK(masked("p@ss, other p, h", conninfo_of(options).secrets) == "***, ***, h");
  CHECK(masked("connection to h failed", conninfo_of(options_for("postgresql://u@h")).secrets) ==
        "connection to h failed");
}

}  // namespace
}  // namespace hookswitch::postgres
