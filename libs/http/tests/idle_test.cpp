#include "raw_client.hpp"

#include <hookswitch/http/server.hpp>

#include <catch2/catch.hpp>
#include <malloc.h>
#include <sanitizer/allocator_interface.h>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <future>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace hookswitch::http::test {
namespace {

/// As the allocator sees it, whichever this build has.
std::int64_t bytes_in_use() {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return static_cast<std::int64_t>(__sanitizer_get_current_allocated_bytes());
#else
  return static_cast<std::int64_t>(::mallinfo2().uordblks);
#endif
}

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

std::vector<Route> length() {
  return {{"POST", "/length", [](const Responder& responder) {
             responder.respond(json_response(200, std::to_string(responder.request().body.size())));
           }}};
}

std::string post_of(std::size_t bytes) { return post("/length", std::string(bytes, '1')); }

}  // namespace

TEST_CASE("clients that say nothing take no buffers, and are served when they speak again") {
  constexpr std::int64_t clients = 200;
  Server server({}, length());
  server.start();
  const std::int64_t before = bytes_in_use();
  const auto bytes_each = [&] { return (bytes_in_use() - before) / clients; };
  const auto all_rest = [&] { return eventually([&] { return bytes_each() < 4'000; }); };
  std::deque<RawClient> connected;
  while (connected.size() < clients) {
    RawClient& client = connected.emplace_back(server.port());
    REQUIRE(client.send(post_of(20'000)));
    REQUIRE(client.read_answer()->body == "20000");
  }
  CHECK(bytes_each() > 20'000);
  REQUIRE(all_rest());

  // In one piece, in two, two at once, and more than a buffer holds.
  REQUIRE(connected[0].send(post_of(1)));
  CHECK(connected[0].read_answer()->body == "1");
  REQUIRE(connected[1].send(post_of(1).substr(0, 20)));
  REQUIRE(connected[1].send(post_of(1).substr(20)));
  CHECK(connected[1].read_answer()->body == "1");
  REQUIRE(connected[2].send(post_of(2) + post_of(3)));
  CHECK(connected[2].read_answer()->body == "2");
  CHECK(connected[2].read_answer()->body == "3");
  REQUIRE(connected[3].send(post_of(100'000)));
  CHECK(connected[3].read_answer()->body == "100000");

  const std::ptrdiff_t open = open_descriptors();
  connected[4].finish_sending();
  CHECK(connected[4].ended_in_order());
  connected[5].reset();  // which closes the client's end, too
  CHECK(eventually([&] { return open_descriptors() == open - 3; }));

  for (std::size_t i = 6; i < connected.size(); ++i) {
    REQUIRE(connected[i].send(post_of(20'000)));
    REQUIRE(connected[i].read_answer()->body == "20000");
  }
  CHECK(bytes_each() > 20'000);
  REQUIRE(all_rest());
  REQUIRE(connected[6].send(post_of(7)));
  CHECK(connected[6].read_answer()->body == "7");

  server.stop(std::chrono::milliseconds{5000});
  CHECK(connected[7].ended_in_order());
}

TEST_CASE("what is still held of a request stays when its client rests, and goes with its holder") {
  std::promise<Responder> asked;
  Server server({}, {{"POST", "/length", [&](const Responder& responder) {
                        asked.set_value(responder);
                        responder.respond(json_response(200, "1"));
                      }}});
  server.start();
  RawClient client(server.port());
  const std::int64_t before = bytes_in_use();
  REQUIRE(client.send(post_of(100'000)));
  REQUIRE(client.read_answer());
  std::optional<Responder> held = asked.get_future().get();
  REQUIRE(eventually([&] { return bytes_in_use() - before < 120'000; }));
  CHECK(held->request().body == std::string(100'000, '1'));
  held.reset();
  CHECK(bytes_in_use() - before < 20'000);
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
