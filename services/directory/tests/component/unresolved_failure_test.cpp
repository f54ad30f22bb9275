#include "adapters/failure_cause.hpp"
#include "application/failing_webhook.hpp"
#include "application/ports.hpp"
#include "component/unresolved_desk.hpp"

#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>

#include <tuple>

using namespace hookswitch;
using namespace hookswitch::directory;
using namespace hookswitch::directory::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// What an operator sees of it that fails; "" when it does not.
std::string failing_of(const UnresolvedDesk& desk, const Parked& webhook) {
  const auto answer = desk.directory.get("/v1/unresolved-webhooks?limit=500");
  const auto document = json::Document::parse(answer.body).value();
  for (const auto& item : document.root()["items"].elements()) {
    if (item["id"].string().value() != webhook.id ||
        item["failing"].kind() == json::Value::Kind::absent)
      continue;
    return std::string(item["failing"].raw_json());
  }
  return "";
}

void wait_until_stuck(const UnresolvedDesk& desk, const Parked& webhook) {
  testkit::wait_until(
      "the webhook is stuck", 30s,
      [&] { return failing_of(desk, webhook).find(R"("stuck":true)") != std::string::npos; },
      [&] { return failing_of(desk, webhook); });
}

/// Makes the webhook's row one that cannot be read.
void damage(const UnresolvedDesk& desk, const Parked& webhook) {
  std::ignore = desk.directory.seen(
      "UPDATE directory.unresolved_webhook SET headers = headers || '\\x01'::bytea WHERE id = '" +
      webhook.id + "' RETURNING 1");
}

void mend(const UnresolvedDesk& desk, const Parked& webhook) {
  std::ignore = desk.directory.seen(
      "UPDATE directory.unresolved_webhook SET headers = substr(headers, 1, length(headers) - 1)"
      " WHERE id = '" +
      webhook.id + "' RETURNING 1");
}

std::string scrape(const UnresolvedDesk& desk) { return desk.directory.registry().scrape(); }

}  // namespace

TEST_CASE("one that cannot be read keeps no others waiting, is told, and goes out once it can be") {
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  const auto number = desk.directory.number();
  const std::vector<Parked> bad{desk.parked({number, "", "call_1"}),
                                desk.parked({number, "", "call_2"}),
                                desk.parked({number, "", "call_3"})};
  std::vector<Parked> good;
  for (int i = 0; i < 20; ++i) {
    good.push_back(desk.parked({number, "", "call_1" + std::to_string(i)}));
  }
  desk.park(bad);
  desk.park(good);
  desk.wait_until_all_wait(bad.size() + good.size());
  for (const auto& webhook : bad) damage(desk, webhook);
  desk.own(number, desk.anton);
  desk.wait_for_all_given_back(desk.retell, good);
  for (const auto& webhook : bad) wait_until_stuck(desk, webhook);
  CHECK_THAT(failing_of(desk, bad[0]),
             Contains(R"("tries":5)") && Contains("exception") && !Contains("headers"));
  testkit::wait_until("the gauge shows them", 30s, [&] {
    return scrape(desk).find("hookswitch_directory_unresolved_stuck_webhooks 3") !=
           std::string::npos;
  });
  CHECK_THAT(scrape(desk), Contains("hookswitch_directory_unresolved_failures_total 15"));
  const auto refused = desk.release(bad[0]);
  CHECK(refused.status == 409);
  CHECK_THAT(refused.body, Contains("fails"));

  // Each of the three ways out: an operator, a change of the directory, the next start.
  mend(desk, bad[0]);
  CHECK(desk.release(bad[0]).status == 200);
  static_cast<void>(desk.wait_for_given_back(desk.retell, bad[0]));
  mend(desk, bad[1]);
  desk.put("/v1/numbers/" + number, R"({"ownerships":[{"company_id":")" + desk.anton +
                                        R"(","from":"2020-01-01T00:00:00Z"}]})");
  static_cast<void>(desk.wait_for_given_back(desk.retell, bad[1]));
  mend(desk, bad[2]);
  desk.directory.stop();
  desk.directory.start();
  static_cast<void>(desk.wait_for_given_back(desk.retell, bad[2]));
  desk.wait_for_quiet();
  CHECK(desk.each_once_on(desk.retell, bad));
  CHECK(desk.directory.seen("SELECT count(*) FROM directory.unresolved_failure") == "0");
}

TEST_CASE("one that could never be looked at waits for any change of the directory") {
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  const auto number = desk.directory.number();
  desk.own(number, desk.anton);
  const auto bad = desk.parked({number, "", "call_1"});
  const auto good = desk.parked({number, "", "call_2"});
  // Damaged before anybody looks.
  static_cast<void>(desk.directory.seen(
      "CREATE FUNCTION directory.damage() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.headers ="
      " NEW.headers || ''\\x01''::bytea; RETURN NEW; END'"));
  static_cast<void>(
      desk.directory.seen("CREATE TRIGGER damage BEFORE INSERT ON directory.unresolved_webhook FOR "
                          "EACH ROW WHEN (NEW.id"
                          " = '" +
                          bad.id + "') EXECUTE FUNCTION directory.damage()"));
  desk.park({bad, good});
  static_cast<void>(desk.wait_for_given_back(desk.retell, good));
  wait_until_stuck(desk, bad);
  mend(desk, bad);
  static_cast<void>(desk.directory.company("another"));
  static_cast<void>(desk.wait_for_given_back(desk.retell, bad));
}

TEST_CASE("what fails because Postgres is away has not failed") {
  UnresolvedDesk desk;
  desk.bind({desk.anton});
  const auto number = desk.directory.number();
  const auto webhook = desk.parked({number});
  desk.park(webhook);
  desk.wait_until_all_wait(1);
  desk.directory.faults.arm("directory.giving_back", 3,
                            [] { throw postgres::Unavailable("injected"); });
  desk.own(number, desk.anton);
  static_cast<void>(desk.wait_for_given_back(desk.retell, webhook));
  CHECK_FALSE(desk.directory.faults.is_armed());
  CHECK_THAT(scrape(desk), Contains("hookswitch_directory_unresolved_failures_total 0"));
}

TEST_CASE("only what Postgres says of a row is held against a webhook") {
  for (const auto* data : {"22021", "23505", "54000", "P0001", "XX001", "21000"}) {
    CAPTURE(data);
    CHECK(is_about_data(data));
  }
  for (const auto* everybody :
       {"42501", "42P01", "53100", "57014", "08006", "25006", "55P03", ""}) {
    CAPTURE(everybody);
    CHECK_FALSE(is_about_data(everybody));
  }
  const auto cause = [](auto error) { return cause_of(std::make_exception_ptr(error)); };
  CHECK(cause(postgres::StatementError("words", "22021")) == "sqlstate 22021");
  CHECK(cause(AlreadyTaken("words")) == "constraint");
  CHECK_FALSE(cause(postgres::StatementError("words", "42501")));
  CHECK_FALSE(cause(postgres::Unavailable("words")));
  CHECK_FALSE(cause(postgres::Conflict("words")));
  CHECK_THAT(cause(std::runtime_error("words")).value(),
             Contains("runtime_error") && !Contains("words"));
}
