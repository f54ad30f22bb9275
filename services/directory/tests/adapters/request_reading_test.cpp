#include "adapters/request_reading.hpp"

#include "adapters/access.hpp"
#include "domain/rules.hpp"

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::directory;

namespace {

http::Request with_header(std::string_view name, std::string_view value) {
  http::Request request;
  request.headers.emplace_back(name, value);
  return request;
}

template <class T>
unsigned status_of(const Read<T>& read) {
  const auto* refused = std::get_if<http::Response>(&read);
  return refused == nullptr ? 0 : refused->status;
}

unsigned query_status(std::string_view query) {
  http::Request request;
  request.query = query;
  return status_of(list_query(request));
}

}  // namespace

TEST_CASE("ids in a path may be percent-encoded, and are judged after that") {
  http::Request request;
  request.path_parameters.emplace("id", "%2B493023125017");
  CHECK(id_in_path(request, Kind::number) == "+493023125017");
  request.path_parameters["id"] = "+493023125017";
  CHECK(id_in_path(request, Kind::number) == "+493023125017");
  for (const auto* bad : {"%", "%4", "%zz", "a%2Fb", "%00"}) {
    request.path_parameters["id"] = bad;
    CAPTURE(bad);
    CHECK_FALSE(id_in_path(request, Kind::company).has_value());
  }
}

TEST_CASE("a list's query is taken as it is meant or refused") {
  http::Request request;
  request.query = "company=anton&limit=7&cursor=%2B493023125017";
  const auto query = std::get<ListQuery>(list_query(request));
  CHECK(query.company == TenantId("anton"));
  CHECK(query.limit == 7);
  CHECK(query.after == "+493023125017");
  CHECK(query_status("") == 0);
  for (const auto* bad : {"limit=0", "limit=501", "limit=x", "limit=", "limit=1&limit=2", "page=2",
                          "company=A", "cursor=%00", "&&", "limit"}) {
    CAPTURE(bad);
    CHECK(query_status(bad) == 400);
  }
}

TEST_CASE("a page's query is taken as it is meant or refused, with the parameter") {
  const auto read = [](std::string_view query) {
    http::Request request;
    request.query = query;
    return page_query(request, rules::is_entity_id);
  };
  const auto page = std::get<PageQuery>(read("limit=7&cursor=anton"));
  CHECK(page.limit == 7);
  CHECK(page.after == "anton");
  CHECK(std::get<PageQuery>(read("")).limit == 100);
  CHECK_THAT(std::get<http::Response>(read("cursor=Anton")).body,
             Catch::Contains(R"("field":"cursor")"));
  CHECK_THAT(std::get<http::Response>(read("limit=501")).body,
             Catch::Contains(R"("field":"limit")"));
  for (const auto* bad : {"company=anton", "limit=1&limit=1", "cursor=", "&&"}) {
    CAPTURE(bad);
    CHECK(status_of(read(bad)) == 400);
  }
}

TEST_CASE("preconditions are read as RFC 9110 has them") {
  CHECK(std::get<Precondition>(precondition_of(with_header("If-None-Match", "*"))).must_not_exist);
  CHECK(std::get<Precondition>(precondition_of(with_header("If-Match", "*"))).must_exist);
  const auto listed =
      std::get<Precondition>(precondition_of(with_header("If-Match", "\"3\", W/\"4\" ,\"abc\"")));
  CHECK(listed.versions == std::vector<std::int64_t>{3, -1, -1});
  for (const auto* bad : {"3", "\"3", "", ","}) {
    CAPTURE(bad);
    CHECK(status_of(precondition_of(with_header("If-Match", bad))) == 400);
  }
  CHECK(status_of(precondition_of(with_header("If-None-Match", "\"3\""))) == 400);
  CHECK(std::get<bool>(has_version(with_header("If-None-Match", "\"2\",\"3\""), 3)));
  CHECK_FALSE(std::get<bool>(has_version(with_header("If-None-Match", "\"2\""), 3)));
  CHECK(status_of(has_version(with_header("If-None-Match", "2"), 3)) == 400);
}

TEST_CASE("only the whole token lets an operator in") {
  const auto authorise = operator_token("correct horse");
  const auto let_in = [&](std::string_view value) {
    return std::holds_alternative<Principal>(authorise(with_header("Authorization", value)));
  };
  CHECK(let_in("Bearer correct horse"));
  CHECK(let_in("bearer correct horse"));
  for (const auto* bad : {"Bearer correct hors", "Bearer correct horse ", "Bearer ", "Bearer",
                          "Basic correct horse", "correct horse", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(let_in(bad));
  }
  const auto refused = std::get<http::Response>(authorise(http::Request{}));
  CHECK(refused.status == 401);
  CHECK(refused.headers.front().first == "WWW-Authenticate");
}
