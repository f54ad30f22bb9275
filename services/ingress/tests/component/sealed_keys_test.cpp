#include "running_ingress.hpp"
#include "sealing_desk.hpp"

#include <hookswitch/testkit/real/environment.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

namespace hookswitch::ingress {
namespace {

using namespace std::chrono_literals;

/// The directory's provider keys of one workspace that no other test has.
class DirectoryKeys {
 public:
  DirectoryKeys() : workspace_(testkit::unique_name("keys")) {}
  ~DirectoryKeys() {
    try {
      for (const auto* id : {"a", "b"}) remove(id);
    } catch (const std::exception& error) {
      WARN("the keys stay in the directory: " << error.what());
    }
  }
  DirectoryKeys(const DirectoryKeys&) = delete;
  DirectoryKeys& operator=(const DirectoryKeys&) = delete;

  void put(const std::string& id, const std::string& key,
           const SealingDesk& desk = SealingDesk()) const {
    put_entity(record(id), desk.entity(workspace_, id, "retell", key).SerializeAsString());
  }
  void remove(const std::string& id) const { put_entity(record(id), std::nullopt); }
  [[nodiscard]] const std::string& workspace() const { return workspace_; }

 private:
  [[nodiscard]] std::string record(const std::string& id) const {
    return "provider_key/" + workspace_ + "/" + id;
  }
  std::string workspace_;
};

/// With a master key file, and a workspaces file only if there is a text for it.
class SealedIngress {
 public:
  explicit SealedIngress(const std::string& workspaces = {})
      : ingress([&](IngressSettings& settings) {
          settings.master_key_file = write_master_keys(SealingDesk::first);
          settings.workspaces_file =
              workspaces.empty() ? "" : folder_.write("workspaces.yaml", workspaces);
        }) {}
  [[nodiscard]] std::string write_master_keys(const std::string& text) const {
    auto fresh = folder_.write("master.keys.next", text);
    namespace fs = std::filesystem;
    fs::permissions(fresh, fs::perms::owner_read);
    auto path = fs::path(fresh).replace_filename("master.keys");
    fs::rename(fresh, path);
    return path.string();
  }
  [[nodiscard]] unsigned status(const std::string& workspace, const std::string& key) const {
    const auto call = fresh_call("retell_call_ended.json");
    return ingress
        .post("/workspaces/" + workspace + "/webhooks/retell", call.body,
              retell_headers(call.body, key))
        .status;
  }
  void wait_for(const std::string& workspace, const std::string& key, unsigned expected) const {
    testkit::wait_until("the key is answered " + std::to_string(expected), 10s,
                        [&] { return status(workspace, key) == expected; });
  }

 private:
  TestFolder folder_;

 public:
  RunningIngress ingress;
};

}  // namespace

TEST_CASE("provider keys of the directory rotate without a restart: added, both good, removed") {
  const DirectoryKeys keys;
  keys.put("a", "KEY_MATERIAL_OLD");
  SealedIngress sealed;
  sealed.ingress.wait_until_ready();
  const auto& workspace = keys.workspace();
  CHECK(sealed.status(workspace, "KEY_MATERIAL_OLD") == 202);
  CHECK(sealed.status(workspace, "KEY_MATERIAL_NEW") == 401);
  CHECK(sealed.status("nobody", "KEY_MATERIAL_OLD") == 401);

  keys.put("b", "KEY_MATERIAL_NEW");
  sealed.wait_for(workspace, "KEY_MATERIAL_NEW", 202);
  CHECK(sealed.status(workspace, "KEY_MATERIAL_OLD") == 202);

  keys.remove("a");
  sealed.wait_for(workspace, "KEY_MATERIAL_OLD", 401);
  CHECK(sealed.status(workspace, "KEY_MATERIAL_NEW") == 202);
  CHECK(sealed.ingress.metrics().find("KEY_MATERIAL") == std::string::npos);
  CHECK(sealed.ingress.health().find("KEY_MATERIAL") == std::string::npos);
}

TEST_CASE("a master key that is appended opens without a restart, a broken file changes nothing") {
  const DirectoryKeys keys;
  keys.put("a", "key_first");
  keys.put("b", "key_second", SealingDesk(SealingDesk::second));
  SealedIngress sealed;
  sealed.ingress.wait_until_ready();
  const auto& workspace = keys.workspace();
  CHECK(sealed.status(workspace, "key_first") == 202);
  // It lies closed, so who knows whether the sender has it: he is to try again.
  CHECK(sealed.status(workspace, "key_second") == 503);
  const auto closed = "\"" + workspace + "/b\":\"unknown_master_key second\"";
  CHECK_THAT(sealed.ingress.health(), Catch::Contains(closed));

  static_cast<void>(sealed.write_master_keys(SealingDesk::first + SealingDesk::second));
  sealed.wait_for(workspace, "key_second", 202);
  CHECK(sealed.status(workspace, "key_first") == 202);
  CHECK_THAT(sealed.ingress.health(), !Catch::Contains(workspace));

  static_cast<void>(sealed.write_master_keys("nonsense\n"));
  testkit::wait_until("the broken file has been seen", 10s, [&] {
    return sealed.ingress.metrics().find("hookswitch_master_keys_reload_failures_total 1") !=
           std::string::npos;
  });
  CHECK(sealed.status(workspace, "key_second") == 202);
}

TEST_CASE("the workspaces file counts instead of the directory") {
  const DirectoryKeys keys;
  keys.put("a", "key_directory");
  SealedIngress sealed("workspaces: [{id: " + keys.workspace() + ", retell_api_keys: [key_file]}]");
  sealed.ingress.wait_until_ready();
  CHECK(sealed.status(keys.workspace(), "key_file") == 202);
  CHECK(sealed.status(keys.workspace(), "key_directory") == 401);
}

TEST_CASE("ingress does not start with a master key file that others may read") {
  TestFolder folder;
  const auto file = folder.write("master.keys", SealingDesk::first);
  std::filesystem::permissions(file, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  CHECK_THROWS_WITH(
      RunningIngress([&](IngressSettings& settings) { settings.master_key_file = file; }),
      Catch::Contains("open to others") && Catch::Contains(file));
}

}  // namespace hookswitch::ingress
