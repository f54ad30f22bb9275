#include "admin_port.hpp"
#include "directory_process.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace hookswitch;
using namespace hookswitch::cli::test;

namespace {

/// A workspace in the directory, of this test's own.
struct Workspace {
  std::string id = unique("w");

  Workspace() { put_entity("/v1/workspaces/" + id, R"({"company_ids":[]})"); }
  [[nodiscard]] Outcome run(const std::string& verb, std::vector<std::string> words,
                            const std::string& input = {}) const {
    words.insert(words.begin(), {"provider-key", verb, "--workspace", id});
    return command(words, input);
  }
  [[nodiscard]] Outcome put(const std::string& key, const std::string& input,
                            std::vector<std::string> words = {}) const {
    words.insert(words.end(), {key, "--provider", "retell"});
    return run("put", words, input);
  }
};

/// What an ingress says that has read everything; `facts` is a JSON object.
std::string ingress_says(const std::string& facts) {
  return R"({"ready":true,"missing":{},"progress":{"directory_offset":9000000000,)"
         R"("provider_keys_open":1},"facts":)" +
         facts + "}";
}

}  // namespace

TEST_CASE("a provider key that ingress cannot use is said, with an exit code of its own") {
  const Workspace workspace;
  const AdminPort good(200, ingress_says("{}"));
  const AdminPort lacks(200, ingress_says(R"({"provider_keys_closed":{")" + workspace.id +
                                          R"(/a":"unknown_master_key first"}})"));
  const AdminPort has_none(200, ingress_says(R"({"provider_keys_closed":{")" + workspace.id +
                                             R"(/a":"no_master_key first"}})"));
  const AdminPort other_bytes(200, ingress_says(R"({"provider_keys_closed":{")" + workspace.id +
                                                R"(/a":"not_authentic"}})"));
  const AdminPort file(200, ingress_says(R"({"provider_keys_overruled":{")" + workspace.id +
                                         R"(/a":"workspaces_file"}})"));
  const AdminPort billing(200, R"({"ready":true,"missing":{},"progress":{}})");
  const auto put = [&](const std::string& urls) {
    return workspace.put("a", "KEY_MATERIAL", {"--replace", "--wait", "1", "--admin-url", urls});
  };
  CHECK(put("ingress=" + good.url() + ",billing=" + billing.url()).exit_code == 0);
  for (const auto* port : {&lacks, &has_none}) {
    const auto outcome = put("ingress=" + good.url() + ",ingress=" + port->url());
    CHECK(outcome.exit_code == 3);
    CHECK_THAT(outcome.err, Catch::Contains("ingress (" + port->url() + ")") &&
                                Catch::Contains(workspace.id + "/a") &&
                                Catch::Contains("lacks the master key first") &&
                                !Catch::Contains(good.url()));
    CHECK_THAT(outcome.out + outcome.err, !Catch::Contains("KEY_MATERIAL"));
  }
  const auto other = put("ingress=" + other_bytes.url());
  CHECK(other.exit_code == 3);
  CHECK_THAT(other.err, Catch::Contains("cannot open it (not_authentic)"));
  const auto overruled = put("ingress=" + file.url());
  CHECK(overruled.exit_code == 3);
  CHECK_THAT(overruled.err, Catch::Contains("workspaces file"));
  // Nobody to ask: said, as it is said where nobody is waited for.
  const auto unknown = put("billing=" + billing.url());
  CHECK(unknown.exit_code == 0);
  CHECK_THAT(unknown.err, Catch::Contains("not known"));
}

TEST_CASE("rewrapping waits until ingress has the newest master key") {
  const Workspace workspace;
  REQUIRE(workspace.put("a", "KEY_MATERIAL").exit_code == 0);
  const AdminPort foreign(
      200, ingress_says(R"({"provider_keys_closed":{"x/y":"unknown_master_key another"}})"));
  const AdminPort lacks(
      200, ingress_says(R"({"provider_keys_closed":{"x/y":"unknown_master_key first"}})"));
  const auto rewrap = [](const AdminPort& port) {
    return command(
        {"provider-key", "rewrap", "--wait", "1", "--admin-url", "ingress=" + port.url()});
  };
  CHECK(rewrap(foreign).exit_code == 0);
  const auto late = rewrap(lacks);
  CHECK(late.exit_code == 3);
  CHECK_THAT(late.err, Catch::Contains("x/y") && Catch::Contains("lacks the master key first"));
}

TEST_CASE(
    "a provider key goes in from a file or from stdin, retires, is deleted, and is never shown") {
  const Workspace workspace;
  std::string said;
  const auto first = workspace.put("2026-11", "KEY_MATERIAL_1\n");
  CHECK(first.exit_code == 0);
  CHECK_THAT(first.out, Catch::Contains(R"("state":"valid")"));
  CHECK_THAT(first.err, Catch::Contains("not waiting"));
  const auto file = std::filesystem::temp_directory_path() / unique("key");
  std::ofstream(file) << "KEY_MATERIAL_2";
  CHECK(workspace.put("2026-12", "", {"--key-file", file.string()}).exit_code == 0);
  std::filesystem::remove(file);
  const auto retired = workspace.run("retire", {"2026-11"});
  CHECK(retired.exit_code == 0);
  CHECK_THAT(retired.out, Catch::Contains(R"("state":"retiring")"));
  const auto listed = workspace.run("list", {});
  REQUIRE(listed.lines().size() == 2);
  CHECK_THAT(listed.lines()[0], Catch::Contains("2026-11") && Catch::Contains("retiring"));
  CHECK_THAT(listed.lines()[1], Catch::Contains("2026-12") && Catch::Contains("valid"));
  CHECK(workspace.run("delete", {"2026-11"}).exit_code == 0);
  CHECK(workspace.run("list", {}).lines().size() == 1);
  for (const auto& outcome : {first, retired, listed}) said += outcome.out + outcome.err;
  CHECK(said.find("KEY_MATERIAL") == std::string::npos);
}

TEST_CASE("a provider key is not replaced unless that is said") {
  const Workspace workspace;
  REQUIRE(workspace.put("a", "KEY_MATERIAL_1").exit_code == 0);
  const auto refused = workspace.put("a", "KEY_MATERIAL_2");
  CHECK(refused.exit_code == 1);
  CHECK(refused.out.empty());
  CHECK_THAT(refused.err, Catch::Contains("--replace") && !Catch::Contains("KEY_MATERIAL"));
  CHECK(workspace.put("a", "KEY_MATERIAL_2", {"--replace"}).exit_code == 0);
}

TEST_CASE("what is wrong with a provider key is said, never the key") {
  const Workspace workspace;
  CHECK(workspace.put("a", "").exit_code == 2);
  CHECK(workspace.put("a", "\n").exit_code == 2);
  CHECK(workspace.put("Not-An-Id", "KEY_MATERIAL").exit_code == 2);
  CHECK(workspace.put("a", "", {"--key-file", "/nonexistent"}).exit_code == 2);
  CHECK(workspace.run("put", {"a", "--provider", "twilio"}, "KEY_MATERIAL").exit_code == 2);
  const auto lines = workspace.put("a", "KEY_MATERIAL\nKEY_MATERIAL\n");
  CHECK(lines.exit_code == 1);
  CHECK_THAT(lines.err, Catch::Contains("/key") && !Catch::Contains("KEY_MATERIAL"));
  CHECK(workspace.run("retire", {"a"}).exit_code == 1);
  CHECK(workspace.run("delete", {"a"}).exit_code == 1);
  const auto nowhere = command({"provider-key", "list", "--workspace", "nowhere"});
  CHECK(nowhere.exit_code == 1);
  CHECK_THAT(nowhere.err, Catch::Contains("404"));
}

TEST_CASE("rewrapping says what came of it, and fails when a master key is missing") {
  const Workspace workspace;
  REQUIRE(workspace.put("a", "KEY_MATERIAL").exit_code == 0);
  const auto done = command({"provider-key", "rewrap"});
  CHECK(done.exit_code == 0);
  CHECK_THAT(done.out, Catch::Contains(R"("master_key":"first")"));
  const auto file = DirectoryProcess::running().master_key_file();
  const auto write = [&](const std::string& text) { std::ofstream(file) << text; };
  write("second " + std::string(62, 'b') + "02\n");
  const auto closed = command({"provider-key", "rewrap"});
  write("first " + std::string(62, 'a') + "01\n");
  CHECK(closed.exit_code == 1);
  CHECK_THAT(closed.out, Catch::Contains(workspace.id));
  CHECK_THAT(closed.err, Catch::Contains("master key"));
}
