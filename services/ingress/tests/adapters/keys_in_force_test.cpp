#include "keys_in_force.hpp"

#include "sealing_desk.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace hookswitch::ingress {
namespace {

sealing::MasterKeys master_keys(const std::string& text) {
  return sealing::MasterKeys::parse(text).value();
}

/// What goes to stderr while it lives.
class CapturedLog {
 public:
  CapturedLog() : file_(std::tmpfile()), before_(::dup(STDERR_FILENO)) {
    ::dup2(::fileno(file_), STDERR_FILENO);
  }
  ~CapturedLog() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
    static_cast<void>(std::fclose(file_));
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  [[nodiscard]] std::string text() const {
    std::string text(100'000, '\0');
    const auto count = ::pread(::fileno(file_), text.data(), text.size(), 0);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }

 private:
  std::FILE* file_;
  int before_;
};

}  // namespace

TEST_CASE("the keys are complete when every side that there is has spoken") {
  telemetry::Registry registry;
  runtime::Health health;
  const SealingDesk desk;
  SealedKeys sealed;
  desk.put(sealed, "default", "a", "retell", "key_a");

  KeysInForce file_only(true, false, health, registry);
  CHECK_FALSE(file_only.keys().load()->complete);
  file_only.file_says({});
  CHECK(file_only.keys().load()->complete);

  KeysInForce both(true, true, health, registry);
  both.file_says({});
  both.master_keys_are(master_keys(SealingDesk::first));
  CHECK_FALSE(both.keys().load()->complete);
  both.directory_says(sealed);
  CHECK(both.keys().load()->complete);

  KeysInForce directory_only(false, true, health, registry);
  directory_only.directory_says(sealed);
  CHECK_FALSE(directory_only.keys().load()->complete);
  directory_only.master_keys_are(master_keys(SealingDesk::first));
  CHECK(directory_only.keys().load()->complete);
  CHECK(directory_only.keys().load()->workspaces.at("default").retell_api_keys ==
        std::vector<std::string>{"key_a"});
}

TEST_CASE("what the file says of a workspace and a provider counts instead of the directory's") {
  telemetry::Registry registry;
  runtime::Health health;
  const SealingDesk desk;
  SealedKeys sealed;
  desk.put(sealed, "default", "a", "retell", "directory_retell");
  desk.put(sealed, "default", "b", "calcom", "directory_calcom");
  desk.put(sealed, "aurora", "a", "retell", "directory_aurora");
  KeysInForce keys(true, true, health, registry);
  keys.master_keys_are(master_keys(SealingDesk::first));
  keys.directory_says(sealed);
  KeyRing file;
  file.workspaces["default"] = {{"file_retell"}, {}};
  file.workspaces["other"] = {{}, {"file_other"}};
  keys.file_says(file);

  auto ring = keys.keys().load();
  CHECK_THAT(
      health.to_json(),
      Catch::Contains(R"("facts":{"provider_keys_overruled":{"default/a":"workspaces_file"}})"));
  CHECK(ring->workspaces.at("default") == WorkspaceKeys{{"file_retell"}, {"directory_calcom"}});
  CHECK(ring->workspaces.at("aurora") == WorkspaceKeys{{"directory_aurora"}, {}});
  CHECK(ring->workspaces.at("other") == WorkspaceKeys{{}, {"file_other"}});
  keys.file_says({});
  ring = keys.keys().load();
  CHECK(ring->workspaces.at("default") ==
        WorkspaceKeys{{"directory_retell"}, {"directory_calcom"}});
  CHECK_THAT(health.to_json(), !Catch::Contains("facts"));
}

TEST_CASE(
    "a new master key is appended, everything rewrapped, the old one removed: all open always") {
  telemetry::Registry registry;
  runtime::Health health;
  const SealingDesk desk;
  auto entity = desk.entity("default", "a", "retell", "key_a");
  SealedKeys sealed;
  REQUIRE(apply_provider_key(sealed, "default/a", entity.SerializeAsString()).has_value());
  KeysInForce keys(false, true, health, registry);
  const auto open = [&] {
    const auto ring = keys.keys().load();
    const auto found = ring->workspaces.find("default");
    return found != ring->workspaces.end() &&
           found->second.retell_api_keys == std::vector<std::string>{"key_a"};
  };
  keys.master_keys_are(master_keys(SealingDesk::first));
  keys.directory_says(sealed);
  CHECK(open());

  keys.master_keys_are(master_keys(SealingDesk::first + SealingDesk::second));
  CHECK(open());
  const auto before = entity.sealed_key();
  entity.set_wrapped_data_key(sealing::rewrap(master_keys(SealingDesk::first + SealingDesk::second),
                                              "workspace/default", entity.wrapped_data_key())
                                  .value());
  CHECK(entity.sealed_key() == before);
  REQUIRE(apply_provider_key(sealed, "default/a", entity.SerializeAsString()).has_value());
  keys.directory_says(sealed);
  CHECK(open());
  keys.master_keys_are(master_keys(SealingDesk::second));
  CHECK(open());

  keys.master_keys_are(master_keys(SealingDesk::first));
  CHECK_FALSE(open());
}

TEST_CASE("what is rewrapped before its master key has come stays in use, and is told") {
  telemetry::Registry registry;
  runtime::Health health;
  const CapturedLog log;
  const SealingDesk desk;
  auto entity = desk.entity("default", "a", "retell", "key_a");
  SealedKeys sealed;
  const auto say = [&](KeysInForce& keys) {
    REQUIRE(apply_provider_key(sealed, "default/a", entity.SerializeAsString()).has_value());
    keys.directory_says(sealed);
    const auto ring = keys.keys().load();
    const auto found = ring->workspaces.find("default");
    return found == ring->workspaces.end() ? std::vector<std::string>{}
                                           : found->second.retell_api_keys;
  };
  KeysInForce keys(false, true, health, registry);
  keys.master_keys_are(master_keys(SealingDesk::first));
  CHECK(say(keys) == std::vector<std::string>{"key_a"});
  const auto both = master_keys(SealingDesk::first + SealingDesk::second);
  entity.set_wrapped_data_key(
      sealing::rewrap(both, "workspace/default", entity.wrapped_data_key()).value());
  CHECK(say(keys) == std::vector<std::string>{"key_a"});
  CHECK_THAT(registry.scrape(), Catch::Contains("hookswitch_provider_keys_closed 1"));
  CHECK_THAT(log.text(), Catch::Contains("unknown_master_key"));
  keys.master_keys_are(master_keys(SealingDesk::second));
  CHECK(say(keys) == std::vector<std::string>{"key_a"});
  CHECK_THAT(registry.scrape(), Catch::Contains("hookswitch_provider_keys_closed 0"));

  // Another key under that id, wrapped by a master key that is not there, is not the one before.
  entity = SealingDesk(SealingDesk::first).entity("default", "a", "retell", "key_b");
  CHECK(say(keys).empty());
}

TEST_CASE("what does not open is counted and told by its id, never with a key") {
  telemetry::Registry registry;
  runtime::Health health;
  const CapturedLog log;
  const SealingDesk desk;
  SealedKeys sealed;
  desk.put(sealed, "default", "good", "retell", "KEY_MATERIAL_1");
  desk.put(sealed, "default", "lines", "retell", "KEY_MATERIAL_2\nKEY_MATERIAL_3");
  SealingDesk(SealingDesk::second).put(sealed, "aurora", "foreign", "retell", "KEY_MATERIAL_4");
  KeysInForce keys(false, true, health, registry);
  keys.master_keys_are(master_keys(SealingDesk::first));
  keys.directory_says(sealed);
  keys.directory_says(sealed);

  const auto metrics = registry.scrape();
  CHECK_THAT(metrics, Catch::Contains("hookswitch_provider_keys_open 1"));
  CHECK_THAT(metrics, Catch::Contains("hookswitch_provider_keys_closed 2"));
  const auto told = log.text();
  for (const std::string& word :
       {"default/lines", "several lines", "aurora/foreign", "unknown_master_key", "second"}) {
    CHECK_THAT(told, Catch::Contains(word));
  }
  CHECK(told.find("default/good") == std::string::npos);
  CHECK(told.find("default/lines") == told.rfind("default/lines"));  // once
  CHECK_THAT(health.to_json(), Catch::Contains(R"("provider_keys_open":1)") &&
                                   Catch::Contains(R"("provider_keys_closed":{"aurora/foreign":)"
                                                   R"("unknown_master_key second",)"
                                                   R"("default/lines":"not_a_key"})"));
  CHECK((told + metrics + health.to_json()).find("KEY_MATERIAL") == std::string::npos);
}

TEST_CASE("sealed keys without a master key are told once and change nothing") {
  telemetry::Registry registry;
  runtime::Health health;
  const CapturedLog log;
  const SealingDesk desk;
  SealedKeys sealed;
  desk.put(sealed, "default", "a", "retell", "key_a");
  KeysInForce keys(true, false, health, registry);
  keys.file_says({});
  keys.directory_says(sealed);
  keys.directory_says(sealed);
  CHECK(keys.keys().load()->workspaces.empty());
  CHECK_THAT(health.to_json(),
             Catch::Contains(R"("provider_keys_closed":{"default/a":"no_master_key first"})"));
  CHECK(keys.keys().load()->complete);
  const auto told = log.text();
  const auto at = told.find("provider_keys.no_master_key");
  CHECK(at != std::string::npos);
  CHECK(at == told.rfind("provider_keys.no_master_key"));
}

}  // namespace hookswitch::ingress
