#include "gate_link.hpp"

#include <hookswitch/testkit/real/test_gate.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace hookswitch::testkit {

namespace {

/// Port 0: any. Gives the port in `port`.
Descriptor listen_on(std::uint16_t& port) {
  Descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  const int yes = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(fd.get(), std::bit_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(fd.get(), 64) != 0 ||
      ::getsockname(fd.get(), std::bit_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the test gate cannot listen on port " + std::to_string(port));
  }
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

struct TestGate::Impl {
  Impl(const std::string& target, Protocol given)
      : protocol(given), wake(::eventfd(0, EFD_NONBLOCK)) {
    const auto colon = target.rfind(':');
    advertised.host = target.substr(0, colon);
    advertised.port = static_cast<std::uint16_t>(std::stoi(target.substr(colon + 1)));
    listener = listen_on(advertised.gate_port);
    thread = std::thread([this] { run(); });
  }
  ~Impl() {
    request([this] { stopping = true; });
    thread.join();
  }

  /// Changes what is wanted, wakes the thread and waits until it has seen to it.
  template <class Change>
  void request(Change change) {
    std::unique_lock lock(mutex);
    change();
    const std::uint64_t mine = ++requested;
    const std::uint64_t one = 1;
    (void)!::write(wake.get(), &one, sizeof(one));
    seen.wait(lock, [&] { return served >= mine; });
  }

  void run();
  bool serve_requests();
  void accept_all();
  void drop_links();

  Protocol protocol;
  Descriptor wake;
  Advertised advertised;

  std::mutex mutex;
  std::condition_variable seen;
  Mode wanted = Mode::forward;
  bool cut_wanted = false;
  bool stopping = false;
  std::uint64_t requested = 0;
  std::uint64_t served = 0;
  int count = 0;

  // The thread's own.
  Descriptor listener;
  Mode mode = Mode::forward;
  std::list<GateLink> links;
  std::thread thread;
};

void TestGate::Impl::drop_links() {
  for (auto& link : links) link.reset_hard();
  links.clear();
}

/// False when it is time to stop.
bool TestGate::Impl::serve_requests() {
  const std::lock_guard lock(mutex);
  std::uint64_t wakes = 0;
  (void)!::read(wake.get(), &wakes, sizeof(wakes));
  if (cut_wanted || wanted == Mode::refuse || wanted == Mode::reset) drop_links();
  cut_wanted = false;
  mode = wanted;
  if (mode == Mode::refuse) {
    listener.reset();
  } else if (!listener.open()) {
    listener = listen_on(advertised.gate_port);
  }
  count = static_cast<int>(links.size());
  served = requested;
  seen.notify_all();
  return !stopping;
}

void TestGate::Impl::accept_all() {
  while (true) {
    Descriptor client(::accept(listener.get(), nullptr, nullptr));
    if (!client.open()) return;
    Descriptor server =
        mode == Mode::forward ? connect_to(advertised.host, advertised.port) : Descriptor();
    if (!server.open()) {
      client.reset_hard();
      continue;
    }
    links.emplace_back(std::move(client), std::move(server),
                       protocol == Protocol::kafka ? &advertised : nullptr);
  }
}

void TestGate::Impl::run() {
  std::vector<pollfd> polled;
  while (serve_requests()) {
    polled.assign({{wake.get(), POLLIN, 0}});
    const bool listening = listener.open() && mode != Mode::freeze;
    if (listening) polled.push_back({listener.get(), POLLIN, 0});
    const std::size_t first_link = polled.size();
    if (mode == Mode::forward) {
      for (const auto& link : links) link.add_to(polled);
    }
    if (::poll(polled.data(), polled.size(), -1) < 0) continue;
    std::size_t at = first_link;
    for (auto link = links.begin(); link != links.end() && at < polled.size(); at += 2) {
      link = link->carry(polled[at], polled[at + 1]) ? std::next(link) : links.erase(link);
    }
    if (listening && polled[1].revents != 0) accept_all();
  }
  drop_links();
}

TestGate::TestGate(const std::string& target, Protocol protocol)
    : impl_(std::make_unique<Impl>(target, protocol)) {}
TestGate::~TestGate() = default;

std::string TestGate::address() const {
  return "127.0.0.1:" + std::to_string(impl_->advertised.gate_port);
}

void TestGate::set(Mode mode) {
  impl_->request([&] { impl_->wanted = mode; });
}
void TestGate::cut() {
  impl_->request([&] { impl_->cut_wanted = true; });
}
int TestGate::connections() const {
  impl_->request([] {});
  return impl_->count;
}

}  // namespace hookswitch::testkit
