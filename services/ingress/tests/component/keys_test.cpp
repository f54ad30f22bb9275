#include "running_ingress.hpp"

#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace hookswitch::ingress {
namespace {

using namespace std::chrono_literals;

std::string with_key_file(const std::string& file) {
  return "workspaces: [{id: default, retell_api_key_files: [" + file + "]}]\n";
}

}  // namespace

TEST_CASE("two keys are good at once, while a key is rotated") {
  RunningIngress ingress;
  ingress.wait_until_ready();
  const auto body = sample("retell_call_ended.json");
  for (const std::string key : {"key_default_old", "key_default"}) {
    CHECK(ingress.post("/webhooks/retell", body, retell_headers(body, key)).status == 202);
  }
}

TEST_CASE("a key file that changes is in force without a restart, a broken one changes nothing") {
  TestFolder folder;
  folder.write("retell.key", "first_key\n");
  const auto file = folder.write("workspaces.yaml", with_key_file("retell.key"));
  RunningIngress ingress({}, file);
  ingress.wait_until_ready();
  const auto body = sample("retell_call_ended.json");
  const auto status_with = [&](const std::string& key) {
    return ingress.post("/webhooks/retell", body, retell_headers(body, key)).status;
  };
  CHECK(status_with("first_key") == 202);

  folder.write("retell.key", "second_key\n");
  testkit::wait_until("the new key is in force", 10s,
                      [&] { return status_with("second_key") == 202; });
  CHECK(status_with("first_key") == 401);

  folder.write("workspaces.yaml", "workspaces: [{id: default, retell_api_keys: ['']}]\n");
  testkit::wait_until("the broken file has been seen", 10s, [&] {
    return ingress.metrics().find("hookswitch_workspaces_reload_failures_total 1") !=
           std::string::npos;
  });
  CHECK(status_with("second_key") == 202);
  CHECK(status_with("") == 401);
}

TEST_CASE("ingress does not start with a workspaces file that is wrong") {
  TestFolder folder;
  const auto file = folder.write("workspaces.yaml", "workspaces: []\n");
  CHECK_THROWS_WITH(RunningIngress({}, file), Catch::Contains("/workspaces"));
}

}  // namespace hookswitch::ingress
