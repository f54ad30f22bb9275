#include "errors.hpp"

#include <catch2/catch.hpp>

namespace hookswitch::postgres {
namespace {

TEST_CASE("A server that goes away or refuses work for now is an outage, not a wrong statement") {
  for (const char* state :
       {"57P01", "57P02", "57P03", "57P05", "25P03", "25006", "08006", "08003"}) {
    CHECK(classify(state) == ErrorClass::session_lost);
  }
  for (const char* state : {"53300", "53100", "53200", "58030", "57014"}) {
    CHECK(classify(state) == ErrorClass::unavailable);
  }
}

TEST_CASE("Deadlocks, serialization failures and lock time-outs are worth another try at once") {
  for (const char* state : {"40001", "40P01", "55P03"})
    CHECK(classify(state) == ErrorClass::conflict);
}

TEST_CASE("Constraints, wrong SQL and wrong data are the statement's fault") {
  for (const char* state : {"23505", "23514", "42P01", "22P02", "42501", "P0001", "25P02"}) {
    CHECK(classify(state) == ErrorClass::statement);
  }
}

std::string text_of(std::string_view sqlstate, std::string_view message) {
  return server_error(sqlstate, message).text;
}

TEST_CASE("An error's text names the constraint") {
  CHECK(text_of("23505", "duplicate key value violates unique constraint \"call_pkey\"") ==
        "duplicate key value violates unique constraint \"call_pkey\" (23505)");
}

TEST_CASE("An error that quotes the data is cut down to what it complains about") {
  CHECK(text_of("22P02", "invalid input syntax for type integer: \"+493023125017\"") ==
        "invalid input syntax for type integer (22P02)");
  CHECK(text_of("22003", "value \"99999999999\" is out of range for type integer") ==
        "value \"…\" is out of range for type integer (22003)");
  CHECK(text_of("P0001", "caller: Erika Mustermann") == "caller (P0001)");
}

TEST_CASE("Of an error that has several lines only the first is told") {
  CHECK(text_of("42601", "syntax error\nat +493023125017") == "syntax error (42601)");
}

TEST_CASE("What libpq says by itself means that the session is gone") {
  for (const char* message : {"server closed the connection unexpectedly\n\tThis probably means",
                              "no connection to the server\n", ""}) {
    CHECK(server_error({}, message).kind == ErrorClass::session_lost);
    CHECK(server_error({}, message).sqlstate.empty());
  }
}

}  // namespace
}  // namespace hookswitch::postgres
