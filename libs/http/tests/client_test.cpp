#include <hookswitch/http/client.hpp>
#include <hookswitch/http/server.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::http::test {
namespace {

using std::chrono::milliseconds;

std::string code(const Result<Response>& result) {
  return result ? "status " + std::to_string(result->status) : result.error().code;
}

}  // namespace

TEST_CASE("the client posts a body with its headers and gives back status, headers and body") {
  Route route{"POST", "/echo", [](const Responder& responder) {
                Response response = json_response(202, std::string(responder.request().body));
                response.headers.emplace_back("X-Got",
                                              std::string(*responder.request().header("x-a")));
                responder.respond(response);
              }};
  Server server({}, {route, {"GET", "/none", [](const Responder& responder) {
                               Response response;
                               response.status = 204;
                               responder.respond(response);
                             }}});
  server.start();
  const std::string url = "http://localhost:" + std::to_string(server.port());
  const auto answer = post(url + "/echo", {{"X-A", "b"}}, "{\"a\":1}", milliseconds{5000});
  REQUIRE(answer.has_value());
  CHECK(answer->status == 202);
  CHECK(answer->body == "{\"a\":1}");
  CHECK(answer->content_type == "application/json");
  CHECK(std::find(answer->headers.begin(), answer->headers.end(),
                  std::pair<std::string, std::string>("X-Got", "b")) != answer->headers.end());
  CHECK(code(get(url + "/none?a=b", {}, milliseconds{5000})) == "status 204");
  CHECK(code(get(url, {}, milliseconds{5000})) == "status 404");
  const std::string large(std::size_t{5} * 1024 * 1024, 'a');
  CHECK(code(post(url + "/echo", {}, large, milliseconds{5000})) == "status 413");
}

TEST_CASE("the client says whether the URL, the connection or the time was the trouble") {
  Route silent{"GET", "/", [](const Responder& responder) {
                 static std::vector<Responder> kept;
                 kept.push_back(responder);
               }};
  std::string url;
  {
    Server server({}, {silent});
    server.start();
    url = "http://127.0.0.1:" + std::to_string(server.port());
    CHECK(code(get(url, {}, milliseconds{200})) == "timeout");
  }
  CHECK(code(get(url, {}, milliseconds{5000})) == "no_connection");
  for (const char* bad :
       {"https://x/", "x", "http://", "http://:80/", "http://[::1", "http://a b/"}) {
    CHECK(code(get(bad, {}, milliseconds{5000})) == "bad_url");
  }
}

TEST_CASE("a host is asked for at each of its addresses") {
  const milliseconds patience{5000};
  const auto one = at_each_address("http://127.0.0.1:8100", patience);
  REQUIRE(one.has_value());
  CHECK(*one == std::vector<std::string>{"http://127.0.0.1:8100"});
  CHECK(at_each_address("http://[::1]:1/a", patience).value() ==
        std::vector<std::string>{"http://[::1]:1/a"});
  const auto named = at_each_address("http://localhost:8100", patience).value();
  CHECK(std::find(named.begin(), named.end(), "http://127.0.0.1:8100") != named.end());
  CHECK(at_each_address("localhost:8100", patience).error().code == "bad_url");
  CHECK(at_each_address("http://nobody.invalid:8100", patience).error().code == "no_connection");
}

}  // namespace hookswitch::http::test
