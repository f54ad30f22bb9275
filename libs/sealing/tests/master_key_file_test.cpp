#include <hookswitch/sealing/master_keys.hpp>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace hookswitch;
using namespace hookswitch::sealing;
namespace fs = std::filesystem;

namespace {

const std::string line =
    "2026-11 6e9c3fc85cdaf0ef657262fd8c782755d6c9bb3e46c47852673dd22d9efa28d5\n";

struct Folder {
  fs::path path = fs::temp_directory_path() / ("sealing-test-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] fs::path write(const std::string& text, mode_t mode) const {
    auto file = path / "master.keys";
    fs::remove(file);
    std::ofstream(file, std::ios::binary) << text;
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    return file;
  }
};

Rejection refusal(const fs::path& path) {
  const auto keys = read_master_key_file(path);
  REQUIRE(keys.has_error());
  CHECK(keys.error().to_string().find("6e9c3fc8") == std::string::npos);
  return keys.error();
}

}  // namespace

TEST_CASE("a master key file that only its owner may read is read, also through a link") {
  const Folder folder;
  for (const mode_t mode : {0600U, 0400U}) {
    const auto file = folder.write(line, mode);
    CHECK(read_master_key_file(file).value().newest_id() == "2026-11");
  }
  fs::create_symlink("master.keys", folder.path / "link");
  CHECK(read_master_key_file(folder.path / "link").has_value());
}

TEST_CASE("a master key file that others may read or write is refused") {
  const Folder folder;
  for (const mode_t mode : {0604U, 0602U, 0620U, 0644U, 0660U, 0700U, 0610U, 04600U}) {
    CAPTURE(mode);
    const auto file = folder.write(line, mode);
    const auto rejection = refusal(file);
    CHECK(rejection.code == "bad_master_key_file");
    CHECK(rejection.field == file.string());
    CHECK_THAT(rejection.message, Catch::Contains("chmod 06"));
  }
}

TEST_CASE("a group may read root's master key file and nobody else's") {
  const Folder folder;
  const auto file = folder.write(line, 0640);
  const bool root = ::geteuid() == 0;
  CHECK(read_master_key_file(file).has_value() == root);
  // What another user owns can be tried by root only.
  if (root) {
    REQUIRE(::chown(file.c_str(), 65'534, 65'534) == 0);
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    CHECK_THAT(refusal(file).message, Catch::Contains("another user"));
  }
}

TEST_CASE("a master key file that is none is refused by name") {
  const Folder folder;
  CHECK_THAT(refusal(folder.path / "none").message, Catch::Contains("No such file"));
  CHECK_THAT(refusal(folder.path).message, Catch::Contains("no regular file"));
  const auto pipe = folder.path / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THAT(refusal(pipe).message, Catch::Contains("no regular file"));
  CHECK_THAT(refusal(folder.write(line + std::string(65'536, '#'), 0600)).message,
             Catch::Contains("64 KiB"));
}

TEST_CASE("a wrong line of a master key file is named with its file") {
  const Folder folder;
  const auto file = folder.write("# one\nkey_without_id\n", 0600);
  const auto rejection = refusal(file);
  CHECK(rejection.field == file.string() + " line 2");
  CHECK(rejection.to_string().find("key_without_id") == std::string::npos);
}
