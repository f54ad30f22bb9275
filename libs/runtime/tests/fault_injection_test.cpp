#include <hookswitch/runtime/service.hpp>

#include <catch2/catch.hpp>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

using hookswitch::runtime::fault_from;

#ifdef HOOKSWITCH_FAULT_INJECTION

namespace {

/// How a child process that does `work` ends (or stops), as waitpid tells it.
int status_of_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, WUNTRACED) == child);
  if (WIFSTOPPED(status)) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  return status;
}

}  // namespace

TEST_CASE("a fault happens at its step and at no other") {
  const auto faults = fault_from("ingress.queued:throw");
  CHECK_NOTHROW(faults->reached("ingress.verified"));
  CHECK_THROWS_WITH(faults->reached("ingress.queued"), "fault injected at ingress.queued");
  CHECK_NOTHROW(faults->reached("ingress.queued"));
}

TEST_CASE("a fault can wait for the n-th passing, and several can be asked for") {
  const auto faults = fault_from("a.one:throw:3,a.two:throw");
  CHECK_NOTHROW(faults->reached("a.one"));
  CHECK_NOTHROW(faults->reached("a.one"));
  CHECK_THROWS(faults->reached("a.two"));
  CHECK_THROWS(faults->reached("a.one"));
}

TEST_CASE("kill ends the process at once, stop freezes it") {
  const int killed = status_of_child([] { fault_from("a.b:kill")->reached("a.b"); });
  CHECK((WIFSIGNALED(killed) && WTERMSIG(killed) == SIGKILL));
  const int stopped = status_of_child([] { fault_from("a.b:stop")->reached("a.b"); });
  CHECK((WIFSTOPPED(stopped) && WSTOPSIG(stopped) == SIGSTOP));
}

TEST_CASE("a fault that is misspelt is refused, naming it") {
  for (const char* wrong : {"a.b", ":kill", "a.b:explode", "a.b:kill:0", "a.b:kill:x", "a.b:kill,",
                            "a.b:kill:1:2", ",a.b:kill"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(fault_from(wrong), std::invalid_argument);
  }
  CHECK_THROWS_WITH(fault_from("a.b:explode"), Catch::Contains("a.b:explode"));
}

#else

TEST_CASE("a release build refuses faults") {
  CHECK_THROWS_AS(fault_from("a.b:kill"), std::invalid_argument);
}

#endif

TEST_CASE("without a fault every step passes") {
  CHECK_NOTHROW(fault_from("")->reached("ingress.queued"));
}
