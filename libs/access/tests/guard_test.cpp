#include "raw_client.hpp"

#include <hookswitch/access/guard.hpp>
#include <hookswitch/access/token.hpp>
#include <hookswitch/testkit/manual_clock.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <string>

using namespace hookswitch;
using namespace hookswitch::access;
using http::test::RawClient;

namespace {

/// A server whose routes are guarded, with one token of each kind.
class GuardedServer {
 public:
  GuardedServer() {
    auto tokens = std::make_shared<TokenSet>();
    const auto add = [&](const std::string& name, Scope scope, Permission permission) {
      const auto token = make_token();
      texts_[name] = token.text;
      tokens->emplace(token.id, TokenRecord{token.sha256, std::move(scope), permission,
                                            clock_.now() + Milliseconds{1000}});
    };
    add("operator", Operator{}, Permission::write);
    add("operator reads", Operator{}, Permission::read);
    add("lindenhof", TenantId{"lindenhof"}, Permission::write);
    add("lindenhof reads", TenantId{"lindenhof"}, Permission::read);
    tokens_ = tokens;
    const Guard guard([this] { return tokens_.load(); }, clock_,
                      [this](std::string_view reason) {
                        const std::lock_guard lock(mutex_);
                        reasons_.emplace_back(reason);
                      });
    const Guard::Handler handler = [](const http::Responder& responder, const Principal& who) {
      responder.respond(http::json_response(200, "\"" + who.token_id + "\""));
    };
    std::vector<http::Route> routes;
    for (const std::string method : {"GET", "PUT", "POST", "PATCH", "DELETE"}) {
      routes.push_back({method, "/companies/{company}", guard.tenant("company", handler)});
      routes.push_back({method, "/operator", guard.operator_only(handler)});
      routes.push_back({method, "/anyone", guard.anyone(handler)});
    }
    server_ = std::make_unique<http::Server>(http::ServerOptions{}, std::move(routes));
    server_->start();
  }
  ~GuardedServer() { server_->stop(Milliseconds{1000}); }
  GuardedServer(const GuardedServer&) = delete;
  GuardedServer& operator=(const GuardedServer&) = delete;

  [[nodiscard]] http::test::RawAnswer ask(const std::string& method, const std::string& path,
                                          const std::string& headers) const {
    RawClient client(server_->port());
    const auto length = method == "GET" || method == "HEAD" ? "" : "Content-Length: 0\r\n";
    client.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + length + headers + "\r\n");
    return client.read_answer(method == "HEAD").value_or(http::test::RawAnswer{});
  }
  [[nodiscard]] int status(const std::string& method, const std::string& path,
                           const std::string& who) const {
    return ask(method, path, header(who)).status;
  }
  [[nodiscard]] std::string header(const std::string& who) const {
    return "Authorization: Bearer " + texts_.at(who) + "\r\n";
  }
  [[nodiscard]] std::string text(const std::string& who) const { return texts_.at(who); }
  void forget_tokens() { tokens_.store({}); }
  void advance(Milliseconds by) { clock_.advance(by); }
  [[nodiscard]] std::vector<std::string> reasons() const {
    const std::lock_guard lock(mutex_);
    return reasons_;
  }

 private:
  testkit::ManualClock clock_;
  std::map<std::string, std::string> texts_;
  std::atomic<std::shared_ptr<const TokenSet>> tokens_;
  mutable std::mutex mutex_;
  std::vector<std::string> reasons_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace

TEST_CASE("a request reaches its handler with who asks, as scope and permission allow") {
  const GuardedServer server;
  for (const std::string method : {"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"}) {
    const bool reads = method == "GET" || method == "HEAD";
    const auto expected = [](bool allowed) { return allowed ? 200 : 403; };
    CAPTURE(method);
    for (const std::string path : {"/companies/lindenhof", "/anyone"}) {
      CAPTURE(path);
      CHECK(server.status(method, path, "operator") == 200);
      CHECK(server.status(method, path, "operator reads") == expected(reads));
      CHECK(server.status(method, path, "lindenhof") == 200);
      CHECK(server.status(method, path, "lindenhof reads") == expected(reads));
    }
    for (const std::string path : {"/companies/aurora", "/companies/%6Cindenhof", "/operator"}) {
      CAPTURE(path);
      CHECK(server.status(method, path, "operator") == 200);
      CHECK(server.status(method, path, "operator reads") == expected(reads));
      CHECK(server.status(method, path, "lindenhof") == 403);
      CHECK(server.status(method, path, "lindenhof reads") == 403);
    }
  }
  const auto answer = server.ask("GET", "/anyone", server.header("operator"));
  CHECK(answer.body == "\"" + server.text("operator").substr(3, 16) + "\"");
}

TEST_CASE("without a good token the answer is 401 and says how to ask") {
  GuardedServer server;
  const auto nothing = server.ask("GET", "/anyone", "");
  CHECK(nothing.status == 401);
  CHECK(nothing.headers.at("www-authenticate") == R"(Bearer realm="hookswitch")");
  CHECK(nothing.headers.at("content-type") == "application/problem+json");

  const auto stranger =
      server.ask("GET", "/anyone", "Authorization: Bearer " + make_token().text + "\r\n");
  CHECK(stranger.status == 401);
  CHECK(stranger.headers.at("www-authenticate") ==
        R"(Bearer realm="hookswitch", error="invalid_token")");
  CHECK(server.ask("GET", "/anyone", "Authorization: Basic b3A6cHc=\r\n").status == 401);

  server.advance(Milliseconds{1000});
  const auto expired = server.ask("GET", "/anyone", server.header("operator"));
  CHECK(expired.status == 401);
  CHECK_THAT(expired.body, Catch::Contains("expired"));
  CHECK(server.reasons() ==
        std::vector<std::string>{"no_credentials", "unknown", "malformed", "expired"});
}

TEST_CASE("two Authorization headers are refused, whichever is good") {
  const GuardedServer server;
  const auto good = server.header("operator");
  const auto answer = server.ask("GET", "/anyone", good + good);
  CHECK(answer.status == 401);
  CHECK(server.ask("GET", "/anyone", good + "AUTHORIZATION: Basic b3A6cHc=\r\n").status == 401);
  CHECK(server.ask("GET", "/anyone", "authorization: x\r\n" + good).status == 401);
}

TEST_CASE("a refusal says nothing of the token and nothing of what is there") {
  const GuardedServer server;
  const auto forbidden = server.ask("GET", "/companies/aurora", server.header("lindenhof"));
  CHECK(forbidden.status == 403);
  CHECK(forbidden.headers.at("content-type") == "application/problem+json");
  CHECK(forbidden.headers.at("www-authenticate") ==
        R"(Bearer realm="hookswitch", error="insufficient_scope")");
  CHECK(forbidden.body.find("aurora") == std::string::npos);
  CHECK(forbidden.body.find(server.text("lindenhof").substr(20)) == std::string::npos);
  const auto nowhere = server.ask("GET", "/companies/nowhere", server.header("lindenhof"));
  CHECK(nowhere.body == forbidden.body);
}

TEST_CASE("before the tokens have been read nobody is refused for good") {
  GuardedServer server;
  server.forget_tokens();
  const auto answer = server.ask("GET", "/anyone", server.header("operator"));
  CHECK(answer.status == 503);
  CHECK(answer.headers.count("retry-after") == 1);
}
