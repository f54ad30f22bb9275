#include "directory_process.hpp"

#include "command.hpp"

#include <hookswitch/http/client.hpp>
#include <hookswitch/testkit/real/wait_until.hpp>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace hookswitch::cli::test {
namespace {

using namespace std::chrono_literals;

constexpr auto token = "the token of the command's tests";

/// The port in the log's line http.listening, once it is there.
std::string port_in(const std::string& log) {
  const auto line = log.find(R"("event":"http.listening")");
  if (line == std::string::npos) return {};
  const auto port = log.find(R"("port":)", line);
  const auto end = log.find('}', line);
  if (port == std::string::npos || end == std::string::npos) return {};
  return log.substr(port + 7, end - port - 7);
}

}  // namespace

const DirectoryProcess& DirectoryProcess::running() {
  static const DirectoryProcess process;
  return process;
}

DirectoryProcess::DirectoryProcess() {
  const char* build = std::getenv("HOOKSWITCH_BINARY_DIR");  // NOLINT(concurrency-mt-unsafe)
  if (build == nullptr) throw std::runtime_error("HOOKSWITCH_BINARY_DIR is not set");
  auto pattern = (std::filesystem::temp_directory_path() / "hookswitch-directory-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  std::ofstream(master_key_file()) << "first " << std::string(62, 'a') << "01\n";
  std::filesystem::permissions(
      master_key_file(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::vector<std::string> words{"env",
                                 "-i",
                                 "HOOKSWITCH_KAFKA=" + test_kafka(),
                                 "HOOKSWITCH_POSTGRES_URL=" + database_.app_url(),
                                 "HOOKSWITCH_POSTGRES_OWNER_URL=" + database_.owner_url(),
                                 std::string("HOOKSWITCH_ADMIN_TOKEN=") + token,
                                 "HOOKSWITCH_MASTER_KEY_FILE=" + master_key_file(),
                                 std::string(build) + "/bin/directory"};
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const auto log = folder_ + "/log";
  pid_ = ::fork();
  if (pid_ == 0) {
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT, 0600);
    if (file < 0 || ::dup2(file, STDERR_FILENO) < 0) ::_exit(126);
    ::execvp("env", argv.data());
    ::_exit(127);
  }
  testkit::wait_until(
      "the directory service listens", 30s, [&] { return !port_in(content_of(log)).empty(); },
      [&] { return content_of(log); });
  url_ = "http://127.0.0.1:" + port_in(content_of(log));
}

DirectoryProcess::~DirectoryProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::filesystem::remove_all(folder_);
}

std::vector<std::string> DirectoryProcess::variables() const {
  return {"HOOKSWITCH_DIRECTORY_URL=" + url_, std::string("HOOKSWITCH_ADMIN_TOKEN=") + token};
}

void put_entity(const std::string& path, const std::string& body) {
  const auto answer = http::send(
      "PUT", DirectoryProcess::running().url() + path,
      {{"Authorization", std::string("Bearer ") + token}, {"Content-Type", "application/json"}},
      body, 20s);
  REQUIRE(answer.has_value());
  REQUIRE(answer->status == 201);
}

Outcome command(const std::vector<std::string>& words, const std::string& input,
                const std::vector<std::string>& variables) {
  auto all = DirectoryProcess::running().variables();
  all.insert(all.end(), variables.begin(), variables.end());
  return hookswitch(words, input, all);
}

}  // namespace hookswitch::cli::test
