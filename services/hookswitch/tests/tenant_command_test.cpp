#include "directory_process.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/http/server.hpp>
#include <hookswitch/kafka/topic_reader.hpp>

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::cli::test;
using namespace std::chrono_literals;

namespace {

void need_directory_topic() {
  kafka::create_topics(
      test_kafka(), {{std::string(events::topics::directory), 1, {{"cleanup.policy", "compact"}}}},
      1, 10s);
}

std::int64_t end_of_directory() {
  return kafka::group_lag(test_kafka(), "cli-component-test",
                          {std::string(events::topics::directory)}, 10s)
      .at(0)
      .end;
}

/// A company of this test's own, with one agent and one number.
struct Tenant {
  std::string id = unique("t");
  std::string agent = unique("agent_");
  std::string number = "+4900" + id.substr(8, 9);

  Tenant() { need_directory_topic(); }
  [[nodiscard]] std::string yaml(const std::string& name = "Praxis") const {
    return "companies:\n  - {id: " + id + ", name: " + name +
           ", time_zone: Europe/Berlin, agents: [" + agent + "], numbers: [{e164: '" + number +
           "'}]}\n";
  }
};

Outcome apply(const std::string& yaml, std::vector<std::string> flags = {}) {
  flags.insert(flags.begin(), {"tenant", "apply", "-f", "-"});
  return command(flags, yaml);
}

/// A service's admin port that answers as it is told.
struct AdminPort {
  unsigned status = 200;
  std::string body;
  http::Server server{{}, routes()};

  AdminPort(unsigned answer, std::string text) : status(answer), body(std::move(text)) {
    server.start();
  }
  ~AdminPort() { server.stop(1s); }
  AdminPort(const AdminPort&) = delete;
  AdminPort& operator=(const AdminPort&) = delete;

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server.port());
  }
  std::vector<http::Route> routes() {
    http::Route ready;
    ready.method = "GET";
    ready.pattern = "/healthz/ready";
    ready.handler = [this](const http::Responder& exchange) {
      exchange.respond(http::json_response(status, body));
    };
    return {ready};
  }
};

std::string progress(std::int64_t offset) {
  return R"({"ready":true,"missing":{},"progress":{"directory_offset":)" + std::to_string(offset) +
         "}}";
}

}  // namespace

TEST_CASE(
    "applying a file creates what it says, again changes nothing, and other words change it") {
  const Tenant tenant;
  const auto first = apply(tenant.yaml());
  CHECK(first.exit_code == 0);
  CHECK(first.out == "+ company/" + tenant.id + "\n+ agent/" + tenant.agent + "\n+ number/" +
                         tenant.number + "\n");
  CHECK_THAT(first.err, Catch::Contains("not waiting"));
  const auto end = end_of_directory();
  const auto second = apply(tenant.yaml());
  CHECK(second.out == "= company/" + tenant.id + "\n= agent/" + tenant.agent + "\n= number/" +
                          tenant.number + "\n");
  CHECK(end_of_directory() == end);
  CHECK_THAT(apply(tenant.yaml("Salon")).out, Catch::StartsWith("~ company/" + tenant.id));
}

TEST_CASE("an applied entity lies on the directory topic as a CloudEvent") {
  const Tenant tenant;
  REQUIRE(apply(tenant.yaml()).exit_code == 0);
  const auto lines = cli::test::hookswitch({"tail", "hookswitch.directory.v1", "--from-beginning",
                                            "--until-end", "--key", "company/" + tenant.id})
                         .lines();
  REQUIRE(lines.size() == 1);
  for (const auto* part :
       {"\"ce_specversion\":\"1.0\"", "\"ce_type\":\"hookswitch.directory.v1.Company\"",
        "\"content-type\":\"application/protobuf\"",
        "\"ce_id\":", "\"ce_time\":", "\"ce_source\":", "\"time_zone\":\"Europe/Berlin\""}) {
    CHECK_THAT(lines[0], Catch::Contains(part));
  }
}

TEST_CASE("get shows a company, list shows all, and an unknown one is answered with no") {
  const Tenant tenant;
  REQUIRE(apply(tenant.yaml()).exit_code == 0);
  const auto get = command({"tenant", "get", tenant.id});
  CHECK(get.exit_code == 0);
  const auto document = json::Document::parse(get.out);
  REQUIRE(document.has_value());
  CHECK(document->root()["company"]["name"].string().value() == "Praxis");
  CHECK(document->root()["numbers"].at(0)["e164"].string().value() == tenant.number);
  CHECK_THAT(command({"tenant", "list"}).out,
             Catch::Contains(tenant.id + "\tPraxis\tEurope/Berlin\n"));
  CHECK(command({"tenant", "get", "nobody"}).exit_code == 1);
}

TEST_CASE("a file with errors, and a file that claims another company's agent, change nothing") {
  const Tenant tenant;
  REQUIRE(apply(tenant.yaml()).exit_code == 0);
  const auto end = end_of_directory();
  const auto broken = apply("companies: [{id: UPPER, name: x, time_zone: Nowhere}]");
  CHECK(broken.exit_code == 1);
  CHECK_THAT(broken.err,
             Catch::Contains("companies[0].id") && Catch::Contains("companies[0].time_zone"));
  Tenant thief;
  thief.agent = tenant.agent;
  const auto stolen = apply(thief.yaml());
  CHECK(stolen.exit_code == 1);
  CHECK_THAT(stolen.err, Catch::Contains(tenant.id) && Catch::Contains(thief.id));
  CHECK(apply(Tenant().yaml(), {"--dry-run"}).exit_code == 0);
  CHECK(end_of_directory() == end);
  CHECK(command({"tenant", "apply", "-f", "/nonexistent"}).exit_code == 2);
}

TEST_CASE("apply returns once every running service has it, and names who has not") {
  const Tenant tenant;
  REQUIRE(apply(tenant.yaml()).exit_code == 0);
  const AdminPort ahead(200, progress(9'000'000'000));
  const AdminPort behind(200, progress(-1));
  const AdminPort without_copy(200, R"({"ready":true,"missing":{},"progress":{}})");
  const AdminPort starting(503,
                           R"({"ready":false,"missing":{"directory":"not read"},"progress":{}})");
  CHECK(apply(tenant.yaml(), {"--admin-url", ahead.url() + "," + without_copy.url()}).exit_code ==
        0);
  const auto late = apply(tenant.yaml(), {"--wait", "1", "--admin-url",
                                          ahead.url() + "," + behind.url() + "," + starting.url() +
                                              ",http://127.0.0.1:1"});
  CHECK(late.exit_code == 1);
  CHECK_THAT(late.err, Catch::Contains(behind.url()) && Catch::Contains(starting.url()) &&
                           Catch::Contains("http://127.0.0.1:1") && !Catch::Contains(ahead.url()));
}

TEST_CASE("the services' admin ports can come from the environment") {
  const Tenant tenant;
  const AdminPort behind(200, progress(-1));
  const auto outcome = command({"tenant", "apply", "-f", "-", "--wait", "0"}, tenant.yaml(),
                               {"HOOKSWITCH_ADMIN_URLS=http://127.0.0.1:1," + behind.url()});
  CHECK(outcome.exit_code == 1);
  CHECK_THAT(outcome.err, Catch::Contains(behind.url()) && Catch::Contains("http://127.0.0.1:1"));
}

TEST_CASE("what has changed is shown field by field, and a dry run only shows it") {
  const Tenant tenant;
  REQUIRE(apply(tenant.yaml()).exit_code == 0);
  const auto end = end_of_directory();
  const auto shown = "~ company/" + tenant.id + "\n    name: \"Praxis\" -> \"Salon\"\n";
  CHECK_THAT(apply(tenant.yaml("Salon"), {"--dry-run"}).out, Catch::StartsWith(shown));
  CHECK(end_of_directory() == end);
  CHECK_THAT(apply(tenant.yaml("Salon")).out, Catch::StartsWith(shown));
  CHECK(end_of_directory() == end + 1);
}

TEST_CASE("what the directory service refuses is said, with the field") {
  const Tenant tenant;
  const auto refused =
      apply("companies:\n  - {id: " + tenant.id +
            ", name: A, time_zone: Europe/Berlin, services: "
            "[{id: " +
            tenant.id + ", name: S, duration_minutes: 5, branches: [nowhere]}]}\n");
  CHECK(refused.exit_code == 1);
  CHECK(refused.out == "+ company/" + tenant.id + "\n");  // what was done before is said
  CHECK_THAT(refused.err,
             Catch::Contains("service/" + tenant.id) && Catch::Contains("/branch_ids/0"));
}

TEST_CASE(
    "without the directory service, its token or its address, nothing is claimed to be done") {
  const Tenant tenant;
  const std::vector<std::string> words{"tenant", "apply", "-f", "-"};
  const auto nobody = cli::test::hookswitch(
      words, tenant.yaml(),
      {"HOOKSWITCH_DIRECTORY_URL=http://127.0.0.1:1", "HOOKSWITCH_ADMIN_TOKEN=x"});
  CHECK(nobody.exit_code == 1);
  CHECK_THAT(nobody.err, Catch::Contains("127.0.0.1:1"));
  const auto url = DirectoryProcess::running().variables().front();
  CHECK(cli::test::hookswitch(words, tenant.yaml(), {url}).exit_code == 2);
  CHECK(cli::test::hookswitch(words, tenant.yaml(), {}).exit_code == 2);
  const auto stranger =
      cli::test::hookswitch(words, tenant.yaml(), {url, "HOOKSWITCH_ADMIN_TOKEN=wrong"});
  CHECK(stranger.exit_code == 1);
  CHECK_THAT(stranger.err, Catch::Contains("401") && !Catch::Contains("wrong"));
}
