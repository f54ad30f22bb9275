#include "acceptor.hpp"
#include "connection.hpp"
#include "io_thread.hpp"
#include "route_table.hpp"

#include <hookswitch/http/server.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace hookswitch::http {
namespace {

Acceptor::Threads make_threads(std::size_t count) {
  Acceptor::Threads threads;
  for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i) {
    threads.push_back(std::make_shared<IoThread>(i));
  }
  return threads;
}

FramingLimits framing_limits(const ServerOptions& options) {
  if (options.single_headers.size() > 32) {
    throw std::invalid_argument("more than 32 headers that may occur once");
  }
  return {options.header_bytes_max, options.fields_max, options.single_headers};
}

struct IoTask {
  std::function<void()> work;
  std::atomic<bool> due{false};

  void run() {
    due = false;  // before the work: who comes during it has it run again
    work();
  }
};

void for_each_connection(const std::shared_ptr<IoThread>& io, void (Connection::*act)()) {
  const std::vector<Connection*> now(io->connections.begin(), io->connections.end());
  for (Connection* connection : now) (connection->*act)();
}

}  // namespace

struct Server::Impl {
  Impl(const ServerOptions& options, std::vector<Route> routes)
      : rules{options, framing_limits(options), RouteTable(std::move(routes)),
              [this] { on_closed(); }},
        threads(make_threads(options.threads)),
        acceptor(threads, rules) {}

  void on_closed() {
    if (acceptor.connection_closed() > 0) return;
    const std::lock_guard lock(mutex);
    all_closed.notify_all();
  }

  void stop(std::chrono::milliseconds patience) {
    if (!running) return;
    running = false;
    acceptor.stop();
    for (const auto& io : threads) {
      asio::post(io->context(), [io] {
        io->stopping = true;
        for_each_connection(io, &Connection::stop);
      });
    }
    {
      std::unique_lock lock(mutex);
      all_closed.wait_for(lock, patience, [this] { return acceptor.open() == 0; });
    }
    for (const auto& io : threads) {
      asio::post(io->context(), [io] { for_each_connection(io, &Connection::close); });
    }
    for (const auto& io : threads) io->join();
  }

  ConnectionRules rules;
  Acceptor::Threads threads;
  Acceptor acceptor;
  std::mutex mutex;
  std::condition_variable all_closed;
  bool running = false;
};

Server::Server(const ServerOptions& options, std::vector<Route> routes)
    : impl_(std::make_unique<Impl>(options, std::move(routes))) {}

Server::~Server() { impl_->stop(std::chrono::milliseconds{0}); }

std::uint16_t Server::port() const { return impl_->acceptor.port(); }

std::function<void()> Server::io_task(std::function<void()> work) {
  auto task = std::make_shared<IoTask>();
  task->work = std::move(work);
  return [io = impl_->threads.front(), task = std::move(task)] {
    if (!task->due.exchange(true)) asio::post(io->context(), [task] { task->run(); });
  };
}

void Server::start() {
  impl_->running = true;
  for (const auto& io : impl_->threads) io->start();
  impl_->acceptor.start();
}

void Server::stop(std::chrono::milliseconds patience) { impl_->stop(patience); }

}  // namespace hookswitch::http
