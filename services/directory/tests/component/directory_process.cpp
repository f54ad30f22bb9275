#include "component/directory_process.hpp"

#include <hookswitch/testkit/real/wait_until.hpp>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace hookswitch::directory::testing {

using namespace std::chrono_literals;

DirectoryProcess::DirectoryProcess(const DirectorySettings& settings, const std::string& port,
                                   const std::string& fault) {
  const char* build = std::getenv("HOOKSWITCH_BINARY_DIR");  // NOLINT(concurrency-mt-unsafe)
  if (build == nullptr) throw std::runtime_error("HOOKSWITCH_BINARY_DIR is not set");
  auto program = std::string(build) + "/bin/directory";
  std::vector<std::string> variables{
      "HOOKSWITCH_KAFKA=" + settings.service.kafka,
      "HOOKSWITCH_POSTGRES_URL=" + settings.postgres_url,
      "HOOKSWITCH_POSTGRES_OWNER_URL=" + settings.postgres_owner_url,
      "HOOKSWITCH_ADMIN_TOKEN=" + settings.admin_token,
      "HOOKSWITCH_HTTP_PORT=" + port,
      "HOOKSWITCH_INSTANCE=" + settings.service.instance,
      "HOOKSWITCH_FAULT=" + fault,
  };
  std::vector<char*> environment;
  environment.reserve(variables.size() + 1);
  for (auto& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  std::vector<char*> arguments{program.data(), nullptr};
  if (::posix_spawn(&pid_, program.c_str(), nullptr, nullptr, arguments.data(),
                    environment.data()) != 0) {
    throw std::runtime_error("the directory service does not start");
  }
}

DirectoryProcess::~DirectoryProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool DirectoryProcess::has_ended() const {
  siginfo_t ended{};  // of nobody, while it runs
  return ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == pid_;
}

int DirectoryProcess::ended_by() {
  int status = 0;
  testkit::wait_until("the process has ended", 30s,
                      [&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; });
  pid_ = -1;
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace hookswitch::directory::testing
