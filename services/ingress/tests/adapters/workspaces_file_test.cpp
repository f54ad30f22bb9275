#include "workspaces_file.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace hookswitch::ingress {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("ingress-workspaces-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
    return path / name;
  }
  [[nodiscard]] Result<WorkspacesFile> read(const std::string& yaml) const {
    return read_workspaces_file(write("workspaces.yaml", yaml));
  }
};

}  // namespace

TEST_CASE("keys come from the file and from the files that it names") {
  const Folder folder;
  const auto retell = folder.write("retell.key", "from_file\n");
  const auto calcom = folder.write("calcom.secret", "secret_from_file");
  const auto read = folder.read(
      "workspaces:\n"
      "  - id: default\n"
      "    retell_api_keys: [in_place, '0123']\n"
      "    retell_api_key_files: [retell.key]\n"
      "    calcom_secret_files: [" +
      calcom.string() +
      "]\n"
      "  - {id: aurora, calcom_secrets: [other]}\n");
  REQUIRE(read.has_value());
  const auto& workspaces = read->keys.workspaces;
  CHECK(workspaces.at("default").retell_api_keys ==
        std::vector<std::string>{"in_place", "0123", "from_file"});
  CHECK(workspaces.at("default").calcom_secrets == std::vector<std::string>{"secret_from_file"});
  CHECK(workspaces.at("aurora").calcom_secrets == std::vector<std::string>{"other"});
  CHECK(read->files == std::vector<fs::path>{folder.path / "workspaces.yaml", retell, calcom});
}

TEST_CASE("a workspaces file that is wrong is refused with the place and never with a key") {
  const Folder folder;
  static_cast<void>(folder.write("empty.key", "\n"));
  const auto [yaml, place, reason] = GENERATE(table<std::string, std::string, std::string>({
      {"", "", "a mapping"},
      {"workspaces: []", "/workspaces", "at least one"},
      {"workspaces: {}", "/workspaces", "at least one"},
      {"spaces: []", "", "a member that is not known, in line 1"},
      {"workspaces: [{id: a, retell_api_keys: [KEY], api_keys: [x]}]", "/workspaces/0",
       "a member that is not known, in line 1"},
      {"workspaces: [{id: a, id: b, retell_api_keys: [KEY]}]", "/workspaces/0/id", "occurs twice"},
      {"workspaces: [{retell_api_keys: [KEY]}]", "/workspaces/0/id", "missing"},
      {"workspaces: [{id: A, retell_api_keys: [KEY]}]", "/workspaces/0/id", "must match"},
      {"workspaces: [{id: a/b, retell_api_keys: [KEY]}]", "/workspaces/0/id", "must match"},
      {"workspaces: [{id: a, retell_api_keys: ['']}]", "/workspaces/0", "an empty key"},
      {"workspaces: [{id: a, retell_api_keys: []}]", "/workspaces/0", "has no keys"},
      {"workspaces: [{id: a}]", "/workspaces/0", "has no keys"},
      {"workspaces: [{id: a, retell_api_keys: KEY}]", "/workspaces/0/retell_api_keys", "a list"},
      {"workspaces: [{id: a, retell_api_keys: [[KEY]]}]", "/workspaces/0/retell_api_keys",
       "a list of texts"},
      {"workspaces: [{id: a, retell_api_keys: [KEY, KEY]}]", "/workspaces/0", "occurs twice"},
      {"workspaces: [{id: a, retell_api_keys: [KEY]}, {id: b, calcom_secrets: [KEY]}]",
       "/workspaces/1", "occurs twice"},
      {"workspaces: [{id: a, retell_api_keys: [KEY]}, {id: a, calcom_secrets: [x]}]",
       "/workspaces/1/id", "occurs twice"},
      {"workspaces: [{id: a, calcom_secrets: [no-secret-provided]}]", "/workspaces/0",
       "not a secret"},
      {"workspaces: [{id: a, retell_api_key_files: [empty.key]}]", "/workspaces/0", "an empty key"},
      {"workspaces: [{id: a, retell_api_key_files: [none.key]}]", "none.key", "cannot be read"},
      {"workspaces: [{id: a, retell_api_keys: [KEY", "line 1", "not the YAML"},
  }));
  CAPTURE(yaml);
  const auto read = folder.read(yaml);
  REQUIRE(read.has_error());
  CHECK_THAT(read.error().field, Catch::EndsWith(place));
  CHECK_THAT(read.error().message, Catch::Contains(reason));
  CHECK(read.error().to_string().find("KEY") == std::string::npos);
}

TEST_CASE("a workspaces file that is not there is refused by name") {
  const auto read = read_workspaces_file("/nowhere/workspaces.yaml");
  REQUIRE(read.has_error());
  CHECK(read.error().field == "/nowhere/workspaces.yaml");
}

}  // namespace hookswitch::ingress
