#include "raw_client.hpp"

#include <hookswitch/http/server.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace hookswitch::http::test {
namespace {

const std::string get_ask = "GET /ask HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("what an I/O thread is to do runs there, once for all that ask before it has") {
  std::atomic<int> runs{0};
  std::thread::id handled_on;
  std::thread::id ran_on;
  std::function<void()> task;
  Server server({}, {{"GET", "/ask", [&](const Responder& responder) {
                        handled_on = std::this_thread::get_id();
                        for (int i = 0; i < 10; ++i) task();
                        responder.respond(json_response(200, "1"));
                      }}});
  task = server.io_task([&] {
    ran_on = std::this_thread::get_id();
    ++runs;
  });
  task();  // nothing runs yet
  CHECK(runs == 0);
  server.start();
  REQUIRE(eventually([&] { return runs == 1; }));

  RawClient client(server.port());
  REQUIRE(client.send(get_ask));
  REQUIRE(client.read_answer()->status == 200);
  REQUIRE(eventually([&] { return runs == 2; }));
  task();
  REQUIRE(eventually([&] { return runs == 3; }));
  server.stop(std::chrono::seconds{1});
  CHECK(runs == 3);
  CHECK(ran_on == handled_on);
}

TEST_CASE("who asks an I/O thread of a server that is gone is not heard") {
  std::atomic<int> runs{0};
  std::function<void()> task;
  {
    Server server({}, {});
    task = server.io_task([&] { ++runs; });
    server.start();
    task();
    REQUIRE(eventually([&] { return runs == 1; }));
  }
  task();
  task();
  CHECK(runs == 1);
}

}  // namespace hookswitch::http::test
