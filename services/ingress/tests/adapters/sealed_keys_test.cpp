#include "sealed_keys.hpp"

#include "sealing_desk.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

namespace hookswitch::ingress {
namespace {

std::string golden(const std::string& name) {
  const char* root = std::getenv("HOOKSWITCH_SOURCE_DIR");  // NOLINT(concurrency-mt-unsafe)
  REQUIRE(root != nullptr);
  std::ifstream file(std::string(root) + "/proto-schemas/golden/" + name, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the schema's golden provider key opens: the contract of who seals and who opens") {
  const auto masters = sealing::MasterKeys::parse(golden("provider_key.master_keys"));
  SealedKeys keys;
  REQUIRE(apply_provider_key(keys, "default/2026-11",
                             golden("hookswitch.directory.v1.ProviderKey.1.bin"))
              .has_value());
  const auto opened = open_keys(keys, masters.value());
  CHECK(opened.closed.empty());
  CHECK(opened.ring.workspaces.at("default").retell_api_keys ==
        std::vector<std::string>{"golden_retell_key"});
}

TEST_CASE("a workspace's sealed keys open side by side, a tombstone takes one away") {
  const SealingDesk desk;
  SealedKeys keys;
  desk.put(keys, "default", "a", "retell", "key_a");
  desk.put(keys, "default", "b", "retell", "key_b");
  desk.put(keys, "default", "c", "calcom", "secret_c");
  desk.put(keys, "aurora", "a", "retell", "key_aurora");
  auto ring = open_keys(keys, desk.masters).ring;
  CHECK(ring.workspaces.at("default").retell_api_keys ==
        std::vector<std::string>{"key_a", "key_b"});
  CHECK(ring.workspaces.at("default").calcom_secrets == std::vector<std::string>{"secret_c"});
  CHECK(ring.workspaces.at("aurora").retell_api_keys == std::vector<std::string>{"key_aurora"});

  REQUIRE(apply_provider_key(keys, "default/a", std::nullopt).has_value());
  ring = open_keys(keys, desk.masters).ring;
  CHECK(ring.workspaces.at("default").retell_api_keys == std::vector<std::string>{"key_b"});
}

TEST_CASE("a record that is no provider key is refused, and the key of before is gone") {
  using Change = std::function<void(directory::v1::ProviderKey&)>;
  const Change change = GENERATE(
      Change([](auto& key) { key.set_id("b"); }), Change([](auto& key) { key.clear_id(); }),
      Change([](auto& key) { key.set_workspace_id("aurora"); }),
      Change([](auto& key) { key.set_provider("twilio"); }),
      Change([](auto& key) { key.clear_state(); }),
      Change([](auto& key) { key.set_state(static_cast<directory::v1::ProviderKeyState>(9)); }));
  const SealingDesk desk;
  SealedKeys keys;
  desk.put(keys, "default", "a", "retell", "key_a");
  auto entity = desk.entity("default", "a", "retell", "key_a");
  change(entity);
  CHECK(apply_provider_key(keys, "default/a", entity.SerializeAsString()).has_error());
  CHECK(keys.empty());
  CHECK(apply_provider_key(keys, "default/a", "\xff\xff").has_error());
}

TEST_CASE("a key that was moved or relabelled on the topic does not open") {
  const SealingDesk desk;
  const auto original = desk.entity("default", "a", "retell", "key_a");
  const auto moved = [&](const std::string& id, const auto& change) {
    auto entity = original;
    change(entity);
    SealedKeys keys;
    REQUIRE(apply_provider_key(keys, id, entity.SerializeAsString()).has_value());
    const auto opened = open_keys(keys, desk.masters);
    REQUIRE(opened.closed.size() == 1);
    CHECK(opened.texts.empty());
    const auto& workspace = keys.begin()->second.workspace;
    const bool has_all = opened.ring.has_all_retell_api_keys(workspace) &&
                         opened.ring.has_all_calcom_secrets(workspace);
    CHECK_FALSE(has_all);
    CHECK(opened.closed.front().id == id);
    return opened.closed.front().why.code;
  };
  CHECK(moved("aurora/a", [](auto& key) { key.set_workspace_id("aurora"); }) == "not_authentic");
  CHECK(moved("default/b", [](auto& key) { key.set_id("b"); }) == "not_authentic");
  CHECK(moved("default/a", [](auto& key) { key.set_provider("calcom"); }) == "not_authentic");
  CHECK(moved("default/a", [](auto& key) { key.clear_sealed_key(); }) == "malformed");
  CHECK(moved("default/a", [](auto& key) { key.clear_wrapped_data_key(); }) == "malformed");
}

TEST_CASE("what opens to no key is left out, and so is what no master key opens") {
  const SealingDesk desk;
  for (const std::string& text : {"", "two\nlines", "no-secret-provided"}) {
    SealedKeys keys;
    desk.put(keys, "default", "a", "calcom", text);
    desk.put(keys, "default", "b", "calcom", "good");
    const auto opened = open_keys(keys, desk.masters);
    REQUIRE(opened.closed.size() == 1);
    CHECK(opened.closed.front().why.code == "not_a_key");
    CHECK(opened.ring.workspaces.at("default").calcom_secrets == std::vector<std::string>{"good"});
  }
  SealedKeys keys;
  desk.put(keys, "default", "a", "retell", "key_a");
  const auto opened = open_keys(keys, SealingDesk(SealingDesk::second).masters);
  REQUIRE(opened.closed.size() == 1);
  CHECK(opened.closed.front().why.code == "unknown_master_key");
  CHECK(opened.closed.front().why.field == "first");
  CHECK(opened.closed.front().why.to_string().find("key_a") == std::string::npos);
}

}  // namespace hookswitch::ingress
