#include "command.hpp"

#include <hookswitch/http/server.hpp>
#include <hookswitch/signing/calcom.hpp>
#include <hookswitch/signing/retell.hpp>

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::cli::test;

namespace {

/// An ingress that answers 202 to what is genuine and 401 to the rest.
struct Door {
  http::Server server{{}, routes()};

  Door() { server.start(); }
  ~Door() { server.stop(std::chrono::seconds{1}); }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server.port());
  }

  static void answer(const http::Responder& exchange) {
    const std::vector<std::string> keys{"key_1"};
    const auto& request = exchange.request();
    const bool retell =
        signing::retell::verify(request.body, request.header("X-Retell-Signature").value_or(""),
                                keys, SystemClock().now()) == signing::retell::Verdict::genuine;
    const bool calcom =
        signing::calcom::verify(request.body, request.header("X-Cal-Signature-256").value_or(""),
                                keys) == signing::calcom::Verdict::genuine;
    exchange.respond(
        http::json_response(retell || calcom ? 202 : 401, "\"" + std::string(request.path) + "\""));
  }
  static std::vector<http::Route> routes() {
    std::vector<http::Route> all;
    for (const auto* pattern : {"/webhooks/retell", "/webhooks/calcom",
                                "/workspaces/{workspace}/webhooks/retell", "/elsewhere"}) {
      http::Route route;
      route.method = "POST";
      route.pattern = pattern;
      route.handler = answer;
      route.content_types = {"application/json"};
      all.push_back(route);
    }
    return all;
  }
};

const std::string body = "{\"event\": \"call_ended\", \"name\": \"Jürgen\"}\n";

Outcome send(const std::vector<std::string>& flags,
             const std::vector<std::string>& variables = {}) {
  std::vector<std::string> words{"webhook", "send", "--file", "-"};
  words.insert(words.end(), flags.begin(), flags.end());
  return Command(words, body, variables).wait();
}

}  // namespace

TEST_CASE("a webhook is sent as the provider signs it; status and body are printed") {
  const Door door;
  for (const std::string provider : {"retell", "calcom"}) {
    const auto sent = send({"--provider", provider, "--key", "key_1", "--url", door.url()});
    CHECK(sent.exit_code == 0);
    CHECK(sent.out == "202\n\"/webhooks/" + provider + "\"\n");
  }
}

TEST_CASE("an answer that is not 2xx, and none at all, are told by the exit code") {
  const Door door;
  const auto refused = send({"--provider", "retell", "--key", "wrong", "--url", door.url()});
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.out, Catch::StartsWith("401\n"));
  CHECK(send({"--provider", "retell", "--key", "k", "--url", "http://127.0.0.1:1"}).exit_code == 1);
  const auto with_password =
      send({"--provider", "retell", "--key", "k", "--url", "http://me:hush@127.0.0.1:1/x"});
  CHECK(with_password.exit_code == 2);
  CHECK(with_password.err.find("hush") == std::string::npos);
}

TEST_CASE("key and address come from the environment unless they are given") {
  const Door door;
  const std::vector<std::string> variables{"HOOKSWITCH_INGRESS_URL=" + door.url(),
                                           "HOOKSWITCH_RETELL_API_KEY=key_1"};
  CHECK(send({"--provider", "retell"}, variables).out == "202\n\"/webhooks/retell\"\n");
  CHECK(send({"--provider", "retell", "--workspace", "aurora"}, variables).out ==
        "202\n\"/workspaces/aurora/webhooks/retell\"\n");
  CHECK(send({"--provider", "retell", "--url", door.url() + "/elsewhere"}, variables).out ==
        "202\n\"/elsewhere\"\n");
  CHECK(send({"--provider", "retell"}).exit_code == 2);
}

TEST_CASE("a header that is given replaces the one that would be sent") {
  const Door door;
  CHECK(send({"--provider", "retell", "--key", "key_1", "--url", door.url(), "--header",
              "X-Retell-Signature=v=1,d=00"})
            .exit_code == 1);
  CHECK(send({"--provider", "retell", "--key", "key_1", "--url", door.url(), "--header",
              "X-Test=a=b"})
            .exit_code == 0);
}

TEST_CASE("verifying tells genuine from not by the exit code, with the reason") {
  const auto verify = [](const std::string& text, const std::vector<std::string>& flags) {
    std::vector<std::string> words{"webhook", "verify"};
    words.insert(words.end(), flags.begin(), flags.end());
    return Command(words, text, {}).wait();
  };
  const auto retell = signing::retell::sign(body, "key_1", from_epoch_ms(1'000'000));
  const std::vector<std::string> flags{"--provider", "retell",   "--key", "old",  "--key",
                                       "key_1",      "--header", retell,  "--now"};
  const auto at = [&](const std::string& now) {
    auto all = flags;
    all.push_back(now);
    return all;
  };
  CHECK(verify(body, at("1300000")).exit_code == 0);
  const auto late = verify(body, at("1300001"));
  CHECK(late.exit_code == 1);
  CHECK_THAT(late.err, Catch::Contains("tolerance"));
  CHECK(verify(body + " ", at("1000000")).exit_code == 1);
  const std::string not_text = "\xFF";
  const auto calcom = verify(not_text, {"--provider", "calcom", "--key", "key_1", "--header",
                                        signing::calcom::sign(not_text, "key_1")});
  CHECK(calcom.exit_code == 1);
  CHECK_THAT(calcom.err, Catch::Contains("UTF-8"));
  CHECK(verify(body, {"--provider", "somebody", "--key", "k", "--header", "x"}).exit_code == 2);
  CHECK(verify(body, {"--provider", "retell", "--header", "x"}).exit_code == 2);
}

TEST_CASE("what makes no sense is wrong use") {
  CHECK(cli::test::hookswitch({"webhook", "send", "--provider", "retell", "--key", "key_1", "--url",
                               "nowhere", "--file", "-"})
            .exit_code == 2);
  CHECK(cli::test::hookswitch({"webhook", "send", "--provider", "retell", "--key", "key_1", "--url",
                               "http://127.0.0.1:1", "--file", "/"})
            .exit_code == 2);
  CHECK(cli::test::hookswitch({"dlq", "list", "--reason", "nonsense"}).exit_code == 2);
}
