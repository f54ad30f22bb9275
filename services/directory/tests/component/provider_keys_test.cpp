#include "component/master_key_desk.hpp"

#include <hookswitch/directory/v1/access.pb.h>
#include <hookswitch/sealing/envelope.hpp>

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::directory::testing;

namespace {

/// A workspace in a directory service with a master key file.
struct Desk : MasterKeyDesk {
  std::string workspace = directory.id("ws");
  std::string keys = "/v1/workspaces/" + workspace + "/provider-keys";

  explicit Desk(bool with_master_keys = true) : MasterKeyDesk(with_master_keys) {
    const auto company = directory.company("anton");
    REQUIRE(directory.put("/v1/workspaces/" + workspace, R"({"company_ids":[")" + company + "\"]}")
                .status == 201);
  }
};

/// What a service with the master key reads from the topic's record.
std::string opened(const directory::v1::ProviderKey& key, const std::string& topic_key,
                   const std::string& with = first_master_key) {
  const auto masters = sealing::MasterKeys::parse(with).value();
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

TEST_CASE("a workspace's keys come in pages") {
  Desk desk;
  auto& directory = desk.directory;
  for (const auto* id : {"a", "b", "c"}) {
    REQUIRE(directory.put(desk.keys + "/" + id, R"({"provider":"retell","key":"KEY_MATERIAL"})")
                .status == 201);
  }
  CHECK(ids_in_pages(directory, desk.keys, 2) ==
        std::vector<std::vector<std::string>>{{"a", "b"}, {"c"}});
  CHECK(ids_in_pages(directory, desk.keys, 3).size() == 1);
  CHECK(fields_refused(directory, desk.keys, {"?limit=0", "?limit=501", "?cursor=A", "?cursor="}) ==
        std::vector<std::string>{"limit", "limit", "cursor", "cursor"});
  CHECK(directory.get(desk.keys + "?company=a").status == 400);
}

TEST_CASE("a provider key that is wrong is refused with its field, never with the key") {
  Desk desk;
  auto& directory = desk.directory;
  const std::vector<std::pair<std::string, std::string>> wrong{
      {R"({"provider":"retell"})", "/key"},
      {R"({"provider":"retell","key":""})", "/key"},
      {R"({"provider":"retell","key":"KEY_MATERIAL\nX"})", "/key"},
      {R"({"provider":"calcom","key":"no-secret-provided"})", "/key"},
      {R"({"provider":"retell","key":")" + std::string(1025, 'k') + "\"}", "/key"},
      {R"({"provider":"twilio","key":"KEY_MATERIAL"})", "/provider"},
      {R"({"provider":"retell","key":"KEY_MATERIAL","state":"gone"})", "/state"},
      {R"({"provider":"retell","key":"KEY_MATERIAL","more":1})", "/more"},
  };
  for (const auto& [body, pointers] : wrong) {
    const auto answer = directory.put(desk.keys + "/a", body);
    CAPTURE(body, answer.body);
    CHECK(answer.status == 422);
    CHECK(pointers_of(answer) == pointers);
    CHECK(answer.body.find("KEY_MATERIAL") == std::string::npos);
  }
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
  CHECK(pointers_of(directory.put(desk.keys + "/a", R"({"provider":"retell"})")) == "/key");
  const auto refused = directory.remove("/v1/workspaces/" + desk.workspace);
  CHECK(refused.status == 409);
  CHECK_THAT(refused.body, Catch::Contains("is needed by provider key a"));
  for (const auto* nowhere : {"/%00", "/%ff", "/A"}) {
    CHECK(directory.remove(desk.keys + nowhere).status == 404);
  }
  CHECK(directory.get("/v1/workspaces/%00/provider-keys").status == 404);
  CHECK(directory.put("/v1/workspaces/%00/provider-keys/a", good).status == 404);
}

TEST_CASE("without a master key file no provider key is taken") {
  Desk desk(false);
  CHECK(desk.directory.put(desk.keys + "/a", R"({"provider":"retell","key":"KEY_MATERIAL"})")
            .status == 503);
}

TEST_CASE(
    "a master key rotates without a restart: appended, everything rewrapped, the old one gone") {
  Desk desk;
  auto& directory = desk.directory;
  for (const auto* id : {"a", "b"}) {
    REQUIRE(directory
                .put(desk.keys + "/" + id,
                     std::string(R"({"provider":"retell","key":"KEY_MATERIAL_)") + id + "\"}")
                .status == 201);
  }
  desk.master_keys_are(first_master_key + second_master_key);
  const auto done = desk.rewrap();
  CHECK(done.status == 200);
  CHECK(done.body == R"({"master_key":"second","rewrapped":2,"unchanged":0,"closed":[]})");
  CHECK(desk.rewrap().body == R"({"master_key":"second","rewrapped":0,"unchanged":2,"closed":[]})");
  for (const std::string id : {"a", "b"}) {
    const auto topic_key = "provider_key/" + desk.workspace + "/" + id;
    directory::v1::ProviderKey before;
    directory::v1::ProviderKey after;
    const auto records = directory.wait_for(topic_key, 2);
    REQUIRE(before.ParseFromString(records.front().value));
    REQUIRE(after.ParseFromString(records.back().value));
    CHECK(after.sealed_key() == before.sealed_key());
    CHECK(opened(after, topic_key, second_master_key) == "KEY_MATERIAL_" + id);
  }
  desk.master_keys_are(second_master_key);
  CHECK(directory.put(desk.keys + "/c", R"({"provider":"retell","key":"KEY_MATERIAL_c"})").status ==
        201);
}

TEST_CASE("what the service's master keys do not open is named when all is rewrapped, and stays") {
  Desk desk;
  auto& directory = desk.directory;
  REQUIRE(directory.put(desk.keys + "/a", R"({"provider":"retell","key":"KEY_MATERIAL"})").status ==
          201);
  desk.master_keys_are(second_master_key);
  CHECK(desk.rewrap().body == R"({"master_key":"second","rewrapped":0,"unchanged":0,"closed":)"
                              R"([{"workspace_id":")" +
                                  desk.workspace +
                                  R"(","id":"a","code":"unknown_master_key","field":"first"}]})");
  CHECK(directory.put(desk.keys + "/b", R"({"provider":"retell","key":"KEY_MATERIAL"})").status ==
        503);
  desk.master_keys_are("nonsense\n");
  const auto broken = desk.rewrap();
  CHECK(broken.status == 503);
  CHECK_THAT(broken.body, Catch::Contains("line 1"));
  desk.master_keys_are(first_master_key);
  CHECK(desk.rewrap().body == R"({"master_key":"first","rewrapped":0,"unchanged":1,"closed":[]})");
  CHECK(pointers_of(directory.post("/v1/provider-keys:rewrap", R"({"all":true})")) == "/all");
}
