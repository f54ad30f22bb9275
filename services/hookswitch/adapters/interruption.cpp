#include "interruption.hpp"

#include <signal.h>

#include <atomic>

namespace hookswitch::cli {
namespace {

std::atomic<bool> came{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing else");

}  // namespace

void watch_for_interruption() {
  struct sigaction action {};
  action.sa_handler = [](int) { came = true; };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() { return came; }

}  // namespace hookswitch::cli
