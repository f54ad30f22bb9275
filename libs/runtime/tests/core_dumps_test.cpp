#include <hookswitch/runtime/core_dumps.hpp>

#include <catch2/catch.hpp>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>

namespace {

/// True when a process that crashes after `prepare` has left a core; it may write one as large as
/// it likes, in a folder of its own.
bool leaves_a_core(const std::function<void()>& prepare) {
  std::string folder = (std::filesystem::temp_directory_path() / "core-dumps-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_CORE, &limit);
    ::signal(SIGABRT, SIG_DFL);  // not the test runner's
    if (::chdir(folder.c_str()) != 0) ::_exit(1);
    try {
      prepare();
    } catch (...) {
      ::_exit(1);
    }
    ::abort();
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  std::filesystem::remove_all(folder);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGABRT);
  return WCOREDUMP(status);
}

}  // namespace

TEST_CASE("a process that forbids core dumps leaves none") {
  if (!leaves_a_core([] {})) WARN("no process leaves a core here, so that this test cannot tell");
  CHECK_FALSE(leaves_a_core(hookswitch::runtime::forbid_core_dumps));
}
