#include "raw_client.hpp"

#include <hookswitch/http/server.hpp>

#include <catch2/catch.hpp>

#include <atomic>

namespace hookswitch::http::test {
namespace {

/// Everything is echoed back, so that a request that slipped in behind another would be seen.
struct EchoServer {
  explicit EchoServer(ServerOptions options = {})
      : server(
            with_signatures(std::move(options)),
            {{"POST",
              "/echo",
              [this](const Responder& responder) {
                ++handled;
                responder.respond(json_response(200, std::string(responder.request().body)));
              },
              1000,
              std::chrono::milliseconds{2000},
              {"application/json"},
              {}},
             {"GET", "/echo", [](const Responder& r) { r.respond(json_response(200, "{}")); }}}) {
    server.start();
  }
  static ServerOptions with_signatures(ServerOptions options) {
    options.single_headers = {"X-Retell-Signature"};
    return options;
  }
  std::atomic<int> handled{0};
  Server server;
};

std::string raw(std::string_view lines, std::string_view rest = "hello") {
  return std::string("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
      .append(lines)
      .append("\r\n")
      .append(rest);
}

}  // namespace

TEST_CASE(
    "each request that two servers could read differently is refused and the connection closed") {
  EchoServer echo;
  const std::string second = post("/echo", "second");
  const std::vector<std::pair<std::string, int>> cases{
      {raw("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n"), 400},
      {raw("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {raw("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), 411},
      {raw("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 411},
      {raw("Transfer-Encoding: chunked\r\n", "5;" + std::string(60'000, 'x') + "\r\nhello\r\n"),
       411},
      {raw("Transfer-Encoding: chunked\r\n", "0\r\nX-Retell-Signature: a\r\n\r\n"), 411},
      {"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {raw("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
      {raw("Content-Length: 5\r\nHost: y\r\n"), 400},
      {raw("Content-Length: 5\r\nX-Retell-Signature: a\r\nX-Retell-Signature: b\r\n"), 400},
      {raw("Content-Length: 5\r\nContent-Type: text/plain\r\n"), 400},
      {raw("X-A: b\r\n c\r\nContent-Length: 5\r\n"), 400},
      {raw("Content-Length:\r\n"), 400},
      {raw("Content-Length: +5\r\n"), 400},
      {raw("Content-Length : 5\r\n"), 400},
      {raw("X-A: b\nContent-Length: 5\r\n"), 400},
      {raw("Content-Length: 99999999999999999999\r\n"), 413},
      {"POST http://x/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 400},
      {"POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 400},
      {"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"GET /echo\r\n", 400},
      {raw("X-A: " + std::string(9000, 'a') + "\r\n"), 431},
  };
  for (const auto& [request, status] : cases) {
    INFO(request.substr(0, 200));
    RawClient client(echo.server.port());
    REQUIRE(client.send(request + second));
    const auto answer = client.read_answer();
    REQUIRE(answer);
    CHECK(answer->status == status);
    CHECK(answer->headers.at("connection") == "close");
    CHECK(answer->headers.at("content-type") == "application/problem+json");
    CHECK(answer->body.find("hello") == std::string::npos);
    client.finish_sending();
    CHECK(client.ended_in_order());
  }
  CHECK(echo.handled == 0);
}

TEST_CASE("a body at the limit is taken and one byte more is refused before it is sent") {
  EchoServer echo;
  for (const std::size_t bytes : {std::size_t{999}, std::size_t{1000}}) {
    RawClient client(echo.server.port());
    REQUIRE(client.send(post("/echo", std::string(bytes, 'a'))));
    const auto answer = client.read_answer();
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body.size() == bytes);
  }
  RawClient client(echo.server.port());
  REQUIRE(client.send(raw("Content-Length: 1001\r\n", "")));
  const auto answer = client.read_answer();
  REQUIRE(answer);
  CHECK(answer->status == 413);
  client.finish_sending();
  CHECK(client.ended_in_order());
}

TEST_CASE("a client that sends its whole oversized body first still reads the 413") {
  EchoServer echo;
  RawClient client(echo.server.port());
  REQUIRE(client.send(post("/echo", std::string(std::size_t{5} * 1024 * 1024, 'a'))));
  const auto answer = client.read_answer();
  REQUIRE(answer);
  CHECK(answer->status == 413);
}

TEST_CASE("an unknown path, a wrong method and a wrong content type each get their answer") {
  EchoServer echo;
  RawClient client(echo.server.port());
  REQUIRE(client.send("GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK(client.read_answer()->status == 404);
  REQUIRE(client.send("DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n"));
  const auto refused = client.read_answer();
  REQUIRE(refused);
  CHECK(refused->status == 405);
  CHECK(refused->headers.at("allow") == "POST, GET, HEAD");
  REQUIRE(client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
  CHECK(client.read_answer()->status == 415);
  REQUIRE(
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                  "Content-Type: Application/JSON; charset=utf-8\r\n\r\n{}"));
  CHECK(client.read_answer()->status == 200);
  REQUIRE(
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                  "Content-Type: text/plain\r\n\r\n{}"));
  CHECK(client.read_answer()->status == 415);
  client.finish_sending();
  CHECK(client.ended_in_order());
}

TEST_CASE("a header or a body that does not come in time gets 408, and silence just ends") {
  ServerOptions options;
  options.header_deadline = options.body_deadline = std::chrono::milliseconds{200};
  options.idle_deadline = std::chrono::milliseconds{300};
  EchoServer echo(options);
  const std::vector<std::string> slow{"POST /echo HT", raw("Content-Length: 5\r\n", "hel")};
  for (const auto& beginning : slow) {
    RawClient client(echo.server.port());
    REQUIRE(client.send(beginning));
    const auto answer = client.read_answer();
    REQUIRE(answer);
    CHECK(answer->status == 408);
    client.finish_sending();
    CHECK(client.ended_in_order());
  }
  RawClient silent(echo.server.port());
  CHECK(silent.ended_in_order());
  CHECK(echo.handled == 0);
}

TEST_CASE("a small body that crawls in is cut off long before the deadline for large ones") {
  EchoServer echo;
  RawClient client(echo.server.port());
  const auto begun = std::chrono::steady_clock::now();
  REQUIRE(client.send(raw("Content-Length: 500\r\n", "hel")));
  const auto answer = client.read_answer();
  REQUIRE(answer);
  CHECK(answer->status == 408);
  // 2 s and 1 KiB/s; the rest is slack for a busy machine. The body's deadline would be 10 s.
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{6});
}

TEST_CASE("a client that drips its header is cut off at the deadline") {
  ServerOptions options;
  options.header_deadline = std::chrono::milliseconds{200};
  std::atomic<unsigned> refused{0};
  options.on_refused = [&refused](unsigned status) { refused = status; };
  EchoServer echo(options);
  RawClient client(echo.server.port());
  REQUIRE(client.send("GET /echo HTTP/1.1\r\n"));
  CHECK(eventually([&] {
    client.send("X: y\r\n");
    return refused == 408;
  }));
}

}  // namespace hookswitch::http::test
