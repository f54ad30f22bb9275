#include "admin_port.hpp"
#include "directory_process.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/kafka/consumer.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

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

/// A consumer group of this test's own that reads the directory.
struct Group {
  std::string name = unique("group");

  [[nodiscard]] std::string readiness() const {
    return R"({"ready":true,"missing":{},"progress":{},"facts":{"consumer_group_of":{")" +
           std::string(events::topics::directory) + R"(":")" + name + R"("}}})";
  }
  void commit(std::int64_t next) const {
    kafka::ConsumerOptions options;
    options.brokers = test_kafka();
    options.client_id = "cli-component-test";
    options.group = name;
    options.topics = {std::string(events::topics::directory)};
    bool assigned = false;
    kafka::Consumer consumer(options,
                             {[&](const auto&) { assigned = true; }, [](const auto&, bool) {}});
    testkit::wait_until("the group's member has the partition", 30s, [&] {
      static_cast<void>(consumer.poll(10ms));
      return assigned;
    });
    consumer.commit_sync({{options.topics.front(), 0, next}});
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

TEST_CASE("a service that reads as a group has it once the group has committed it") {
  const Tenant tenant;
  REQUIRE(apply(tenant.yaml()).exit_code == 0);
  const Group group;
  const AdminPort member(200, group.readiness());
  const AdminPort other_member(200, group.readiness());
  const auto wait = [&](const std::string& urls, const std::string& seconds) {
    return apply(tenant.yaml(), {"--wait", seconds, "--admin-url", urls});
  };
  const auto one = "billing=" + member.url();
  const auto nothing = wait(one, "0");
  CHECK(nothing.exit_code == 1);
  CHECK_THAT(nothing.err, Catch::Contains("billing (" + member.url() + "): has not read anything"));
  const auto end = end_of_directory();
  group.commit(end - 1);
  const auto behind = wait(one, "0");
  CHECK(behind.exit_code == 1);
  CHECK_THAT(behind.err, Catch::Contains("does not have it yet: billing (" + member.url() +
                                         "): has read the directory up to offset " +
                                         std::to_string(end - 2) + " of "));
  group.commit(end_of_directory());
  CHECK(wait(one, "0").exit_code == 0);
  // Whoever of the group it was; who is down of several is not waited for, of one it is.
  CHECK(
      wait(one + ",billing=" + other_member.url() + ",billing=http://127.0.0.1:1", "0").exit_code ==
      0);
  const auto down = wait(one + ",booking=http://127.0.0.1:1", "1");
  CHECK(down.exit_code == 1);
  CHECK_THAT(down.err, Catch::Contains("booking (http://127.0.0.1:1): does not answer") &&
                           !Catch::Contains("billing"));
}

TEST_CASE("of copies that each process keeps, the one that is behind is waited for") {
  const Tenant tenant;
  const AdminPort ahead(200, progress(9'000'000'000));
  const AdminPort behind(200, progress(0));
  const auto late = apply(tenant.yaml(), {"--wait", "1", "--admin-url",
                                          "ingress=" + ahead.url() + ",ingress=" + behind.url()});
  CHECK(late.exit_code == 1);
  CHECK_THAT(late.err, Catch::Contains("ingress (" + behind.url() +
                                       "): has read the directory up to offset 0"));
  CHECK_THAT(late.err, !Catch::Contains(ahead.url()));
}

TEST_CASE("an admin URL that is none is wrong use, before anything is changed") {
  const Tenant tenant;
  need_directory_topic();
  const auto end = end_of_directory();
  for (const auto* wrong : {"127.0.0.1:1", "billing=", "=http://127.0.0.1:1", "billing=ftp://x"}) {
    const auto outcome = apply(tenant.yaml(), {"--admin-url", wrong});
    CHECK(outcome.exit_code == 2);
    CHECK_THAT(outcome.err, Catch::Contains("name=http://host:port"));
  }
  CHECK(end_of_directory() == end);
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
