#include "raw_client.hpp"

#include <hookswitch/http/server.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <future>
#include <mutex>
#include <thread>

namespace hookswitch::http::test {
namespace {

using std::chrono::milliseconds;

const std::string get_work = "GET /work HTTP/1.1\r\nHost: x\r\n\r\n";

/// Keeps the Responders of /work, to be answered when the test wants.
class Desk {
 public:
  Handler handler() {
    return [this](const Responder& responder) {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(responder);
    };
  }
  /// The next request, when it has come in.
  Responder take() {
    std::optional<Responder> taken;
    const bool came = eventually([&] {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) return false;
      taken = waiting_.front();
      waiting_.erase(waiting_.begin());
      return true;
    });
    if (!came) throw std::runtime_error("no request came in");
    return *taken;
  }

 private:
  std::mutex mutex_;
  std::vector<Responder> waiting_;
};

Route work(Desk& desk, milliseconds deadline = milliseconds{5000}) {
  Route route{"GET", "/work", desk.handler()};
  route.answer_deadline = deadline;
  return route;
}

}  // namespace

TEST_CASE("a request that is not answered by its deadline gets 503 with Retry-After, on time") {
  Desk desk;
  Server server({}, {work(desk, milliseconds{300})});
  server.start();
  RawClient client(server.port());
  const auto begun = std::chrono::steady_clock::now();
  REQUIRE(client.send(get_work));
  const Responder late = desk.take();
  CHECK(late.pending());
  const auto answer = client.read_answer();
  const auto took = std::chrono::steady_clock::now() - begun;
  REQUIRE(answer);
  CHECK(answer->status == 503);
  CHECK(answer->headers.at("retry-after") == "1");
  CHECK(took >= milliseconds{290});
  CHECK(took < milliseconds{300 + 1700});  // slack for a busy machine
  CHECK_FALSE(late.pending());
  CHECK(late.request().path == "/work");  // its memory stays

  SECTION("a late answer is not sent, and the connection serves the next request") {
    std::thread([late] { late.respond(json_response(200, "\"late\"")); }).join();
    REQUIRE(client.send(get_work));
    desk.take().respond(json_response(200, "\"next\""));
    CHECK(client.read_answer()->body == "\"next\"");
    CHECK(late.request().path == "/work");
  }
}

TEST_CASE("a route says itself what its deadline answers") {
  Desk desk;
  Route route = work(desk, milliseconds{100});
  route.deadline_answer = [] { return json_response(200, "\"please hold the line\""); };
  Server server({}, {route});
  server.start();
  RawClient client(server.port());
  REQUIRE(client.send(get_work));
  const Responder late = desk.take();
  CHECK(client.read_answer()->body == "\"please hold the line\"");
}

TEST_CASE("requests sent without waiting are answered one after another, in order") {
  Desk desk;
  Server server({}, {work(desk), {"GET", "/now", [](const Responder& responder) {
                                    responder.respond(json_response(200, "\"now\""));
                                  }}});
  server.start();
  RawClient client(server.port());
  const std::string get_now = "GET /now HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string none = "GET /none HTTP/1.1\r\nHost: x\r\n\r\n";
  REQUIRE(client.send(get_now + get_work + none + get_now + get_work.substr(0, 9)));
  CHECK(client.read_answer()->body == "\"now\"");
  const Responder first = desk.take();
  REQUIRE(client.send(get_work.substr(9)));
  first.respond(json_response(200, "\"first\""));
  CHECK(client.read_answer()->body == "\"first\"");
  CHECK(client.read_answer()->status == 404);
  CHECK(client.read_answer()->body == "\"now\"");
  desk.take().respond(json_response(200, "\"second\""));
  CHECK(client.read_answer()->body == "\"second\"");
}

TEST_CASE("hundreds of requests in one piece are each answered") {
  Server server({}, {{"GET", "/now", [](const Responder& responder) {
                        responder.respond(json_response(200, "1"));
                      }}});
  server.start();
  RawClient client(server.port());
  std::string many;
  for (int i = 0; i < 1000; ++i) {
    many +=
        i % 2 == 0 ? "GET /now HTTP/1.1\r\nHost: x\r\n\r\n" : "GET /no HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  REQUIRE(client.send(many));
  for (int i = 0; i < 1000; ++i) {
    const auto answer = client.read_answer();
    REQUIRE(answer);
    REQUIRE(answer->status == (i % 2 == 0 ? 200 : 404));
  }
}

TEST_CASE(
    "a handler that throws or drops its request answers 500, and the next request is served") {
  Server server({}, {{"GET", "/throws", [](const Responder&) { throw std::runtime_error("4711"); }},
                     {"GET", "/drops", [](const Responder&) {}},
                     {"GET", "/odd", [](const Responder& responder) {
                        Response response = json_response(200, "{}");
                        response.headers.emplace_back("X-A", "b\r\nX-C: d");
                        responder.respond(response);
                      }}});
  server.start();
  RawClient client(server.port());
  for (const char* path : {"/throws", "/drops", "/odd"}) {
    REQUIRE(client.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    const auto answer = client.read_answer();
    REQUIRE(answer);
    CHECK(answer->status == 500);
    CHECK(answer->body.find("4711") == std::string::npos);
    CHECK(answer->headers.count("x-c") == 0);
  }
}

TEST_CASE("a client that has gone is noticed, and the exchange lives until the handler lets go") {
  Desk desk;
  Server server({}, {work(desk)});
  server.start();
  RawClient client(server.port());
  REQUIRE(client.send(get_work));
  const Responder left = desk.take();
  client.reset();
  CHECK(eventually([&] { return !left.pending(); }));
  CHECK(left.request().path == "/work");
  left.respond(json_response(200, "{}"));
}

TEST_CASE("a client that has only finished sending still gets its answer") {
  Desk desk;
  Server server({}, {work(desk)});
  server.start();
  RawClient client(server.port());
  REQUIRE(client.send(get_work));
  client.finish_sending();
  desk.take().respond(json_response(200, "\"yes\""));
  CHECK(client.read_answer()->body == "\"yes\"");
  CHECK(client.ended_in_order());
}

TEST_CASE("a client that waits for 100 Continue is told to go on, or gets its refusal instead") {
  Route route{
      "POST", "/body", [](const Responder& responder) {
        responder.respond(json_response(200, std::to_string(responder.request().body.size())));
      }};
  route.body_limit = std::size_t{2} * 1024 * 1024;
  Server server({}, {route});
  server.start();
  const auto head = [](std::size_t bytes) {
    return "POST /body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: " +
           std::to_string(bytes) + "\r\n\r\n";
  };
  RawClient client(server.port());
  REQUIRE(client.send(head(2'000'000)));
  CHECK(client.read_answer()->status == 100);
  REQUIRE(client.send(std::string(2'000'000, 'a')));
  CHECK(client.read_answer()->body == "2000000");
  REQUIRE(client.send(head(3) + "abc"));  // did not wait: 100 may be left out
  CHECK(client.read_answer()->body == "3");
  REQUIRE(client.send(head(3'000'000)));
  CHECK(client.read_answer()->status == 413);
}

TEST_CASE("HEAD is answered as GET without the body, and HTTP/1.0 is spoken") {
  Server server({}, {{"GET", "/now", [](const Responder& responder) {
                        responder.respond(json_response(200, "12345"));
                      }}});
  server.start();
  RawClient client(server.port());
  REQUIRE(
      client.send("HEAD /now HTTP/1.1\r\nHost: x\r\n\r\nHEAD /none HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK(client.read_answer(true)->headers.at("content-length") == "5");
  CHECK(client.read_answer(true)->status == 404);
  REQUIRE(client.send("GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  CHECK(client.read_answer()->headers.at("connection") == "keep-alive");
  REQUIRE(client.send("GET /now HTTP/1.0\r\n\r\n"));
  CHECK(client.read_answer()->headers.at("connection") == "close");
  CHECK(client.ended_in_order());
}

TEST_CASE("a verb behind a colon is a resource of its own") {
  const auto says = [](const std::string& what) {
    return [what](const Responder& responder) {
      responder.respond(json_response(200, what + responder.request().path_parameters.at("id")));
    };
  };
  Server server(
      {}, {{"GET", "/things/{id}", says("got ")}, {"POST", "/things/{id}:move", says("moved ")}});
  server.start();
  RawClient client(server.port());
  REQUIRE(client.send("GET /things/a HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK(client.read_answer()->body == "got a");
  REQUIRE(client.send(post("/things/a:move", "")));
  CHECK(client.read_answer()->body == "moved a");
  REQUIRE(client.send("GET /things/a:move HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK(client.read_answer()->headers.at("allow") == "POST");
  REQUIRE(client.send(post("/things/a", "")));
  CHECK(client.read_answer()->headers.at("allow") == "GET, HEAD");
  for (const auto* path : {"/things/a:go", "/things/:move", "/things/a:b:move"}) {
    CAPTURE(path);
    REQUIRE(client.send(post(path, "")));
    CHECK(client.read_answer()->status == 404);
  }
}

TEST_CASE("a handler sees the request as it was sent, with the parameters of its path") {
  std::promise<std::string> seen;
  Server server(
      {},
      {{"POST", "/workspaces/{workspace}/webhooks/{provider}", [&seen](const Responder& responder) {
          const Request& r = responder.request();
          seen.set_value(r.method + " " + std::string(r.path) + " " + std::string(r.query) + " " +
                         r.path_parameters.at("workspace") + " " +
                         r.path_parameters.at("provider") + " " +
                         std::string(r.header("x-nOte").value_or("none")) + " " +
                         std::string(r.header("x-other").value_or("none")) + " " +
                         std::string(r.body) + " " + r.remote_address);
          responder.respond(json_response(202, "{}"));
        }}});
  server.start();
  RawClient client(server.port());
  const std::string request =
      post("/workspaces/aurora/webhooks/retell?a=b", std::string(50'000, 'z'), "X-Note: hi\r\n");
  REQUIRE(client.send(request.substr(0, 100)));
  REQUIRE(client.send(request.substr(100)));
  CHECK(client.read_answer()->status == 202);
  CHECK(seen.get_future().get() ==
        "POST /workspaces/aurora/webhooks/retell a=b aurora retell hi none " +
            std::string(50'000, 'z') + " 127.0.0.1");
  REQUIRE(client.send(post("/workspaces//webhooks/retell", "")));
  CHECK(client.read_answer()->status == 404);
  REQUIRE(client.send(post("/workspaces/aurora/webhooks/retell/", "")));
  CHECK(client.read_answer()->status == 404);
}

TEST_CASE("a large answer arrives whole, also at a client that reads late") {
  const std::string large(std::size_t{20} * 1024 * 1024, 'l');
  Server server({}, {{"GET", "/large", [&large](const Responder& responder) {
                        responder.respond(json_response(200, large));
                      }}});
  server.start();
  RawClient client(server.port());
  REQUIRE(
      client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\n"));
  const auto answer = client.read_answer();
  REQUIRE(answer);
  CHECK(answer->body == large);
  CHECK(client.read_answer()->status == 404);
}

TEST_CASE("stopping finishes what is under way, says close, and takes nothing new") {
  Desk desk;
  Server server({}, {work(desk)});
  server.start();
  RawClient busy(server.port());
  RawClient idle(server.port());
  REQUIRE(busy.send(get_work));
  const Responder pending = desk.take();
  auto stopped = std::async(std::launch::async, [&] { server.stop(milliseconds{10'000}); });
  CHECK(idle.closed_by_server());
  pending.respond(json_response(200, "\"done\""));
  const auto answer = busy.read_answer();
  REQUIRE(answer);
  CHECK(answer->body == "\"done\"");
  CHECK(answer->headers.at("connection") == "close");
  CHECK(busy.ended_in_order());
  stopped.get();
  CHECK_THROWS(RawClient(server.port()));
}

TEST_CASE("stopping does not wait for ever, and an answer after it does no harm") {
  Desk desk;
  std::optional<Responder> late;
  {
    Server server({}, {work(desk)});
    server.start();
    RawClient client(server.port());
    REQUIRE(client.send(get_work));
    late = desk.take();
    server.stop(milliseconds{50});
    CHECK(client.closed_by_server());
    CHECK_FALSE(late->pending());
  }
  late->respond(json_response(200, "{}"));
  CHECK(late->request().path == "/work");
}

TEST_CASE("above the limit of connections a client waits until another one leaves") {
  ServerOptions options;
  options.connections_max = 1;
  Server server(options, {{"GET", "/now", [](const Responder& responder) {
                             responder.respond(json_response(200, "1"));
                           }}});
  server.start();
  const std::string get_now = "GET /now HTTP/1.1\r\nHost: x\r\n\r\n";
  auto first = std::make_unique<RawClient>(server.port());
  REQUIRE(first->send(get_now));
  REQUIRE(first->read_answer());
  RawClient second(server.port());
  REQUIRE(second.send(get_now));
  REQUIRE(first->send(get_now));
  REQUIRE(first->read_answer());
  first.reset();
  CHECK(second.read_answer()->status == 200);
}

TEST_CASE("kept-alive connections are dealt evenly to the threads") {
  std::array<std::atomic<int>, 2> served{};
  ServerOptions options;
  options.threads = 2;
  Server server(options, {{"GET", "/now", [&served](const Responder& responder) {
                             ++served.at(responder.thread_index());
                             responder.respond(json_response(200, "1"));
                           }}});
  server.start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 64; ++i) clients.push_back(std::make_unique<RawClient>(server.port()));
  for (auto& client : clients) {
    REQUIRE(client->send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n"));
    REQUIRE(client->read_answer());
  }
  CHECK(served[0] == 32);
  CHECK(served[1] == 32);
}

TEST_CASE("an address that is taken is named at once") {
  Server server({}, {});
  ServerOptions options;
  options.port = server.port();
  CHECK_THROWS_WITH(Server(options, {}), Catch::Contains(std::to_string(server.port())));
  options.address = "not an address";
  CHECK_THROWS_AS(Server(options, {}), std::system_error);
}

TEST_CASE("ten thousand requests over 64 connections are each answered once from foreign threads") {
  constexpr std::size_t connections = 64;
  constexpr int requests = 160;
  std::atomic<int> answered{0};
  std::mutex mutex;
  std::vector<Responder> queue;
  std::atomic<bool> done{false};
  ServerOptions options;
  options.threads = 2;
  options.on_answered = [&](const Request&, const Response&, std::chrono::nanoseconds) {
    ++answered;
  };
  Route route{"POST", "/echo", [&](const Responder& responder) {
                const std::lock_guard lock(mutex);
                queue.push_back(responder);
              }};
  Server server(options, {route});
  server.start();
  std::thread replier([&] {
    while (!done) {
      std::vector<Responder> batch;
      {
        const std::lock_guard lock(mutex);
        batch.swap(queue);
      }
      for (const auto& r : batch) r.respond(json_response(200, std::string(r.request().body)));
      std::this_thread::yield();
    }
  });
  std::atomic<int> good{0};
  std::vector<std::thread> clients;
  for (std::size_t c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      std::vector<std::unique_ptr<RawClient>> own;
      for (std::size_t i = 0; i < connections / 8; ++i) {
        own.push_back(std::make_unique<RawClient>(server.port()));
      }
      for (int n = 0; n < requests; ++n) {
        for (std::size_t i = 0; i < own.size(); ++i) {
          own[i]->send(
              post("/echo", std::to_string(c * 1'000'000 + i * 10'000) + std::to_string(n)));
        }
        for (std::size_t i = 0; i < own.size(); ++i) {
          const auto answer = own[i]->read_answer();
          const auto expected = std::to_string(c * 1'000'000 + i * 10'000) + std::to_string(n);
          if (answer && answer->status == 200 && answer->body == expected) ++good;
        }
      }
    });
  }
  for (auto& client : clients) client.join();
  done = true;
  replier.join();
  server.stop(milliseconds{5000});
  CHECK(good == static_cast<int>(connections) * requests);
  CHECK(answered == static_cast<int>(connections) * requests);
}

}  // namespace hookswitch::http::test
