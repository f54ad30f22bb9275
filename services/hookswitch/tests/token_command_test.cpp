#include "directory_process.hpp"

#include <hookswitch/postgres/connection.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hookswitch;
using namespace hookswitch::cli::test;

namespace {

/// A company in the directory, of this test's own.
std::string company() {
  auto id = unique("t");
  put_entity("/v1/companies/" + id, R"({"name":"Praxis","time_zone":"Europe/Berlin"})");
  return id;
}

struct Made {
  std::string id;
  std::string text;
  [[nodiscard]] std::vector<std::string> shown() const {
    return {"HOOKSWITCH_ADMIN_TOKEN=" + text};
  }
};

Made made(std::vector<std::string> words) {
  words.insert(words.begin(), {"token", "create"});
  const auto outcome = command(words);
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto document = json::Document::parse(outcome.out);
  REQUIRE(document.has_value());
  return {std::string(document->root()["id"].string().value()),
          std::string(document->root()["token"].string().value())};
}

}  // namespace

TEST_CASE("a company's token shows that company alone, until it is revoked") {
  const auto own = company();
  const auto other = company();
  const auto token = made({"--company", own, "--label", "billing export"});
  const auto seen = command({"tenant", "list"}, {}, token.shown());
  CHECK(seen.exit_code == 0);
  CHECK_THAT(seen.out, Catch::Contains(own) && !Catch::Contains(other));

  const auto lines = command({"token", "list"}).lines();
  const auto line = std::ranges::find_if(
      lines, [&](const auto& one) { return one.find(token.id) != std::string::npos; });
  REQUIRE(line != lines.end());
  CHECK_THAT(*line, Catch::Contains(own) && Catch::Contains(R"("permission":"read")") &&
                        Catch::Contains("billing export") && !Catch::Contains("revoked_at") &&
                        !Catch::Contains(token.text));

  const auto revoked = command({"token", "revoke", token.id});
  CHECK(revoked.exit_code == 0);
  CHECK(revoked.out.empty());
  const auto refused = command({"tenant", "list"}, {}, token.shown());
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.err, Catch::Contains("401") && Catch::Contains("revoked"));
  CHECK_THAT(command({"token", "list"}).out, Catch::Contains("revoked_at"));
  CHECK(command({"token", "revoke", token.id}).exit_code == 0);
}

TEST_CASE("an operator's token makes tokens when it may write, and only then") {
  const auto writes = made({"--operator", "--permission", "write", "--days", "1"});
  const auto reads = made({"--operator"});
  CHECK(command({"token", "create", "--operator"}, {}, writes.shown()).exit_code == 0);
  CHECK(command({"token", "list"}, {}, reads.shown()).exit_code == 0);
  const auto refused = command({"token", "create", "--operator"}, {}, reads.shown());
  CHECK(refused.exit_code == 1);
  CHECK(refused.out.empty());
  CHECK_THAT(refused.err, Catch::Contains("403"));
}

TEST_CASE("token list shows more tokens than a page has") {
  constexpr int many = 501;
  postgres::ConnectionOptions options;
  options.url = DirectoryProcess::running().database().superuser_url();
  postgres::Connection superuser(options);
  // As if made long ago; nobody has them.
  postgres::execute_alone(
      superuser,
      "INSERT INTO directory.access_token (id, token_sha256, may_write, created_at, expires_at,"
      " label) SELECT 'feed' || lpad(to_hex(n), 12, '0'), sha256(n::text::bytea), false, now(),"
      " now(), '' FROM generate_series(1, $1::integer) AS n",
      std::vector<postgres::Parameter>{std::to_string(many)});
  const auto lines = command({"token", "list"}).lines();
  CHECK(std::ranges::count_if(lines, [](const auto& line) {
          return line.find(R"("id":"feed)") != std::string::npos;
        }) == many);
}

TEST_CASE("what the directory service refuses about a token is said, with the field") {
  const auto nobody = command({"token", "create", "--company", "nobody"});
  CHECK(nobody.exit_code == 1);
  CHECK_THAT(nobody.err, Catch::Contains("/company_id") && Catch::Contains("nobody"));
  const auto bad = command({"token", "create", "--company", "Not An Id"});
  CHECK(bad.exit_code == 1);
  CHECK_THAT(bad.err, Catch::Contains("/company_id"));
  const auto label = command({"token", "create", "--operator", "--label", "two\nlines"});
  CHECK(label.exit_code == 1);
  CHECK_THAT(label.err, Catch::Contains("/label"));
  const auto unknown = command({"token", "revoke", "0123456789abcdef"});
  CHECK(unknown.exit_code == 1);
  CHECK_THAT(unknown.err, Catch::Contains("404") && Catch::Contains("0123456789abcdef"));
}

TEST_CASE("a token command that is used wrongly says so, and repeats no token") {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"token"},
           {"token", "create"},
           {"token", "create", "--operator", "--company", "a"},
           {"token", "create", "--operator", "--days", "401"},
           {"token", "create", "--operator", "--permission", "all"},
           {"token", "revoke"}}) {
    CAPTURE(words);
    CHECK(command(words).exit_code == 2);
  }
  const std::string text = "hs_0123456789abcdef_" + std::string(43, 'A');
  const auto whole = command({"token", "revoke", text});
  CHECK(whole.exit_code == 2);
  CHECK_THAT(whole.err, !Catch::Contains(text));
}

TEST_CASE("without the directory service or a good token, no token is claimed to be made") {
  const std::vector<std::string> words{"token", "create", "--operator"};
  const auto away = command(words, {}, {"HOOKSWITCH_DIRECTORY_URL=http://127.0.0.1:1"});
  CHECK(away.exit_code == 1);
  CHECK(away.out.empty());
  CHECK_THAT(away.err, Catch::Contains("127.0.0.1:1"));
  const auto stranger = command(words, {}, {"HOOKSWITCH_ADMIN_TOKEN=wrong_one"});
  CHECK(stranger.exit_code == 1);
  CHECK_THAT(stranger.err, Catch::Contains("401") && !Catch::Contains("wrong_one"));
  CHECK(command(words, {}, {"HOOKSWITCH_ADMIN_TOKEN="}).exit_code == 2);
}
