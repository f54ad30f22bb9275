#include "component/running_directory.hpp"

#include <hookswitch/directory/v1/access.pb.h>
#include <hookswitch/sealing/envelope.hpp>

#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace hookswitch;
using namespace hookswitch::directory::testing;

namespace {

const std::string master_keys =
    "first 6e9c3fc85cdaf0ef657262fd8c782755d6c9bb3e46c47852673dd22d9efa28d5\n";

/// A directory service with a master key file, and a workspace.
struct Desk {
  RunningDirectory directory{false};
  std::filesystem::path file = std::filesystem::temp_directory_path() / directory.id("master.keys");
  std::string workspace = directory.id("ws");
  std::string keys = "/v1/workspaces/" + workspace + "/provider-keys";

  explicit Desk(bool with_master_keys = true) {
    std::ofstream(file) << master_keys;
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    if (with_master_keys) directory.settings.master_key_file = file.string();
    directory.start();
    const auto company = directory.company("anton");
    REQUIRE(directory.put("/v1/workspaces/" + workspace, R"({"company_ids":[")" + company + "\"]}")
                .status == 201);
  }
  ~Desk() { std::filesystem::remove(file); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
};

/// What a service with the master key reads from the topic's record.
std::string opened(const directory::v1::ProviderKey& key, const std::string& topic_key) {
  const auto masters = sealing::MasterKeys::parse(master_keys).value();
  const auto data_key =
      sealing::unwrap(masters, "workspace/" + key.workspace_id(), key.wrapped_data_key());
  const sealing::Place place{topic_key, key.provider()};
  return std::string(sealing::open(data_key.value(), place, key.sealed_key()).value().view());
}

}  // namespace

TEST_CASE("a provider key goes in, comes out sealed on the topic only, and goes") {
  Desk desk;
  auto& directory = desk.directory;
  const auto created =
      directory.put(desk.keys + "/2026-11", R"({"provider":"retell","key":"KEY_MATERIAL_1"})");
  CHECK(created.status == 201);
  CHECK_THAT(created.body, Catch::Contains(R"("state":"valid")"));
  CHECK(directory.put(desk.keys + "/2026-12", R"({"provider":"retell","key":"KEY_MATERIAL_2"})")
            .status == 201);
  const auto retired =
      directory.put(desk.keys + "/2026-11", R"({"provider":"retell","state":"retiring"})");
  CHECK(retired.status == 200);
  const auto listed = directory.get(desk.keys);
  CHECK(listed.status == 200);
  CHECK_THAT(listed.body, Catch::Contains("retiring") && Catch::Contains("2026-12"));
  CHECK((created.body + retired.body + listed.body).find("KEY_MATERIAL") == std::string::npos);

  const auto topic_key = "provider_key/" + desk.workspace + "/2026-11";
  const auto records = directory.wait_for(topic_key, 2);
  directory::v1::ProviderKey key;
  REQUIRE(key.ParseFromString(records.back().value));
  CHECK(key.state() == directory::v1::PROVIDER_KEY_STATE_RETIRING);
  CHECK(records.back().value.find("KEY_MATERIAL") == std::string::npos);
  CHECK(opened(key, topic_key) == "KEY_MATERIAL_1");
  CHECK(directory.seen("SELECT count(*) FROM directory.provider_key WHERE "
                       "position('KEY_MATERIAL'::bytea IN sealed_key) > 0") == "0");

  CHECK(directory.remove(desk.keys + "/2026-11").status == 204);
  CHECK(directory.remove(desk.keys + "/2026-11").status == 404);
  CHECK(directory.wait_for(topic_key, 3).back().value.empty());
}

TEST_CASE("a provider key that is wrong is refused with its field, never with the key") {
  Desk desk;
  auto& directory = desk.directory;
  const auto [body, pointers] = GENERATE(table<std::string, std::string>({
      {R"({"provider":"retell"})", "/key"},
      {R"({"provider":"retell","key":""})", "/key"},
      {R"({"provider":"retell","key":"KEY_MATERIAL\nX"})", "/key"},
      {R"({"provider":"calcom","key":"no-secret-provided"})", "/key"},
      {R"({"provider":"retell","key":")" + std::string(1025, 'k') + "\"}", "/key"},
      {R"({"provider":"twilio","key":"KEY_MATERIAL"})", "/provider"},
      {R"({"provider":"retell","key":"KEY_MATERIAL","state":"gone"})", "/state"},
      {R"({"provider":"retell","key":"KEY_MATERIAL","more":1})", "/more"},
  }));
  const auto answer = directory.put(desk.keys + "/a", body);
  CAPTURE(body, answer.body);
  CHECK(answer.status == 422);
  CHECK(pointers_of(answer) == pointers);
  CHECK(answer.body.find("KEY_MATERIAL") == std::string::npos);
}

TEST_CASE("a workspace that is not there has no keys, one that has keys stays, nobody else may") {
  Desk desk;
  auto& directory = desk.directory;
  const std::string good = R"({"provider":"retell","key":"KEY_MATERIAL"})";
  CHECK(directory.put("/v1/workspaces/nowhere/provider-keys/a", good).status == 404);
  CHECK(directory.get("/v1/workspaces/nowhere/provider-keys").status == 404);
  CHECK(directory.put(desk.keys + "/A", good).status == 422);
  CHECK(directory.put(desk.keys + "/a", good, {{"Authorization", "Bearer x"}}).status == 401);
  REQUIRE(directory.put(desk.keys + "/a", good).status == 201);
  CHECK(directory.remove("/v1/workspaces/" + desk.workspace).status == 409);
}

TEST_CASE("without a master key file no provider key is taken") {
  Desk desk(false);
  CHECK(desk.directory.put(desk.keys + "/a", R"({"provider":"retell","key":"KEY_MATERIAL"})")
            .status == 503);
}
