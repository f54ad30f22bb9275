#include "directory_process.hpp"

#include <hookswitch/json/document.hpp>

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::cli::test;

namespace {

/// A company in the directory, of this test's own.
struct Company {
  std::string id = unique("c");

  Company() {
    put_entity("/v1/companies/" + id, R"({"name":"Praxis","time_zone":"Europe/Berlin"})");
  }
  [[nodiscard]] Outcome run(const std::string& verb, std::vector<std::string> words,
                            const std::string& input = {},
                            const std::vector<std::string>& variables = {}) const {
    words.insert(words.begin(), {"api-key", verb, "--company", id});
    return command(words, input, variables);
  }
  [[nodiscard]] Outcome put(const std::string& key, const std::string& input,
                            std::vector<std::string> words = {}) const {
    words.insert(words.end(), {key, "--provider", "calcom"});
    return run("put", words, input);
  }
};

}  // namespace

TEST_CASE("an API key goes in, retires, is sealed anew, is deleted, and is never shown") {
  const Company company;
  const auto first = company.put("2026-11", "KEY_MATERIAL_1\n");
  CHECK(first.exit_code == 0);
  CHECK_THAT(first.out, Catch::Contains(R"("state":"valid")"));
  CHECK(company.run("put", {"2026-11", "--provider", "retell"}, "KEY_MATERIAL_2").exit_code == 0);
  const auto retired = company.run("retire", {"2026-11", "--provider", "calcom"});
  CHECK(retired.exit_code == 0);
  const auto resealed = company.run("reseal", {});
  CHECK(resealed.exit_code == 0);
  CHECK_THAT(resealed.out, Catch::Contains(R"("resealed":2)"));
  const auto listed = company.run("list", {});
  REQUIRE(listed.lines().size() == 2);
  CHECK_THAT(listed.lines()[0], Catch::Contains("calcom") && Catch::Contains("retiring"));
  CHECK_THAT(listed.lines()[1], Catch::Contains("retell") && Catch::Contains("valid"));
  CHECK(company.run("delete", {"2026-11", "--provider", "calcom"}).exit_code == 0);
  CHECK(company.run("list", {}).lines().size() == 1);
  std::string said;
  for (const auto& outcome : {first, retired, resealed, listed}) said += outcome.out + outcome.err;
  CHECK(said.find("KEY_MATERIAL") == std::string::npos);
}

TEST_CASE(
    "an API key is not replaced unless that is said, and what is wrong is said, not the key") {
  const Company company;
  REQUIRE(company.put("a", "KEY_MATERIAL_1").exit_code == 0);
  const auto refused = company.put("a", "KEY_MATERIAL_2");
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.err, Catch::Contains("--replace") && !Catch::Contains("KEY_MATERIAL"));
  CHECK(company.put("a", "KEY_MATERIAL_2", {"--replace"}).exit_code == 0);
  CHECK(company.put("b", "").exit_code == 2);
  CHECK(company.put("Not-An-Id", "KEY_MATERIAL").exit_code == 2);
  CHECK(company.run("put", {"b", "--provider", "twilio"}, "KEY_MATERIAL").exit_code == 2);
  const auto spaced = company.put("b", "KEY MATERIAL");
  CHECK(spaced.exit_code == 1);
  CHECK_THAT(spaced.err, Catch::Contains("/key") && !Catch::Contains("MATERIAL"));
  CHECK(company.run("retire", {"b", "--provider", "calcom"}).exit_code == 1);
  CHECK(company.run("delete", {"b", "--provider", "calcom"}).exit_code == 1);
  const auto nowhere = command({"api-key", "list", "--company", "nowhere"});
  CHECK(nowhere.exit_code == 1);
  CHECK_THAT(nowhere.err, Catch::Contains("404"));
}

TEST_CASE("a company keeps its own API keys with its own token, and waits for nobody") {
  const Company own;
  const Company other;
  const auto made =
      command({"token", "create", "--company", own.id, "--permission", "write", "--days", "1"});
  const auto document = json::Document::parse(made.out);
  REQUIRE(document.has_value());
  const std::vector<std::string> shown{"HOOKSWITCH_ADMIN_TOKEN=" +
                                       std::string(document->root()["token"].string().value())};
  const auto put = own.run("put", {"a", "--provider", "calcom"}, "KEY_MATERIAL", shown);
  CHECK(put.exit_code == 0);
  CHECK_THAT(put.err, Catch::Contains("not waiting"));
  CHECK(own.run("list", {}, {}, shown).lines().size() == 1);
  CHECK(other.run("put", {"a", "--provider", "calcom"}, "KEY_MATERIAL", shown).exit_code == 1);
  CHECK(own.run("reseal", {}, {}, shown).exit_code == 1);
  CHECK(own.run("delete", {"a", "--provider", "calcom"}, {}, shown).exit_code == 0);
}
