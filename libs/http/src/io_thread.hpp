#pragma once
#include "asio_types.hpp"
#include "mailbox.hpp"
#include "wire.hpp"

#include <hookswitch/http/server.hpp>

#include <boost/asio/executor_work_guard.hpp>

#include <atomic>
#include <cstddef>
#include <optional>
#include <thread>
#include <unordered_set>

namespace hookswitch::http {

class Connection;

/// One thread with its own event loop and its own connections, which no other thread touches.
/// Shared with the exchanges, because an answer may come after the server is gone.
class IoThread {
 public:
  explicit IoThread(std::size_t index) : index_(index) {}

  void start();
  /// Lets the loop end when nothing is left to do, waits for it, and refuses answers from then on.
  void join();

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] asio::io_context& context() { return context_; }

  /// Takes an answered exchange to its connection. From any thread; costs a wake-up only when none
  /// is under way already.
  void deliver(const std::shared_ptr<Responder::Exchange>& exchange);

  /// How many connections this thread has, those on their way to it included. Any thread.
  std::atomic<std::size_t> open{0};

  // Touched by the thread itself only.
  std::unordered_set<Connection*> connections;
  bool stopping = false;  ///< answers say Connection: close, idle connections are closed
  DateText date;

 private:
  void take_deliveries();

  std::size_t index_;
  asio::io_context context_{1};
  std::optional<asio::executor_work_guard<Executor>> work_;
  Mailbox<Responder::Exchange> mailbox_;
  std::thread thread_;
};

}  // namespace hookswitch::http
