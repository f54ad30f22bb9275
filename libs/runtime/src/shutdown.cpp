#include "shutdown.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace hookswitch::runtime {
namespace {

int checked(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return descriptor;
}

}  // namespace

Shutdown::Impl::Impl() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  const int failed = ::pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), "pthread_sigmask");
  signals = checked(::signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
  requests = checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}

Shutdown::Impl::~Impl() {
  ::close(signals);
  ::close(requests);
}

std::optional<StopReason> Shutdown::Impl::wait(int timeout_ms) {
  std::array<pollfd, 2> watched{{{signals, POLLIN, 0}, {requests, POLLIN, 0}}};
  while (::poll(watched.data(), watched.size(), timeout_ms) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
  }
  {
    const std::lock_guard lock(mutex);
    if (request) return request;
  }
  signalfd_siginfo signal{};
  if (::read(signals, &signal, sizeof signal) != sizeof signal) return std::nullopt;
  return StopReason{0, signal.ssi_signo == SIGTERM ? "SIGTERM" : "SIGINT"};
}

Shutdown::Shutdown() : impl_(std::make_unique<Impl>()) {}
Shutdown::~Shutdown() = default;

void Shutdown::request(int code, const std::string& why) const {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->request) return;
    impl_->request = StopReason{code, why};
  }
  const std::uint64_t one = 1;
  // The counter of an eventfd that is written once cannot be full.
  if (::write(impl_->requests, &one, sizeof one) != sizeof one) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
}

}  // namespace hookswitch::runtime
