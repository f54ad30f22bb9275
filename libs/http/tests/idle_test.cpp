#include "raw_client.hpp"

#include <hookswitch/http/server.hpp>

#include <catch2/catch.hpp>
#include <malloc.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace hookswitch::http::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_known = false;  // it is the sanitizer's
#else
constexpr bool memory_is_known = true;
#endif

std::int64_t bytes_in_use() { return static_cast<std::int64_t>(::mallinfo2().uordblks); }

std::vector<Route> length() {
  return {{"POST", "/length", [](const Responder& responder) {
             responder.respond(json_response(200, std::to_string(responder.request().body.size())));
           }}};
}

std::string post_of(std::size_t bytes) { return post("/length", std::string(bytes, '1')); }

}  // namespace

TEST_CASE("a client that says nothing takes no buffer, and is served when it speaks again") {
  constexpr std::int64_t clients = 200;
  Server server({}, length());
  server.start();
  const std::int64_t before = bytes_in_use();
  const auto bytes_each = [&] { return (bytes_in_use() - before) / clients; };
  std::deque<RawClient> connected;
  while (connected.size() < clients) {
    RawClient& client = connected.emplace_back(server.port());
    REQUIRE(client.send(post_of(20'000)));
    REQUIRE(client.read_answer()->body == "20000");
  }
  if (memory_is_known) {
    CHECK(bytes_each() > 20'000);
    REQUIRE(eventually([&] { return bytes_each() < 4'000; }));
  }

  for (std::size_t i = 0; i < connected.size(); i += 15) {
    const std::string request = post_of(i);
    const std::size_t first = i % 2 == 0 ? request.size() : 20;
    REQUIRE(connected[i].send(request.substr(0, first)));
    REQUIRE(connected[i].send(request.substr(first)));
    REQUIRE(connected[i].read_answer()->body == std::to_string(i));
  }
  connected[1].reset();
  connected[4].finish_sending();
  CHECK(connected[4].ended_in_order());
  REQUIRE(connected[7].send(post_of(100'000)));
  CHECK(connected[7].read_answer()->body == "100000");
}

TEST_CASE("a client that has said nothing for its time is still told so by the end") {
  ServerOptions options;
  options.idle_deadline = std::chrono::milliseconds{4500};  // longer than it has a buffer
  Server server(options, length());
  server.start();
  RawClient silent(server.port());
  const auto begun = std::chrono::steady_clock::now();
  CHECK(silent.ended_in_order());
  const auto took = std::chrono::steady_clock::now() - begun;
  CHECK(took >= std::chrono::milliseconds{4400});
  CHECK(took < std::chrono::milliseconds{4500 + 2500});
}

}  // namespace hookswitch::http::test
