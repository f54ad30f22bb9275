#pragma once
#include "connection.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace hookswitch::http {

/// Takes connections in on the first I/O thread and gives each to the thread that has the fewest.
/// (With one SO_REUSEPORT socket a thread the kernel deals by hash: of 64 kept-alive connections on
/// two threads, 40 : 24 is an ordinary outcome.)
class Acceptor {
 public:
  using Threads = std::vector<std::shared_ptr<IoThread>>;

  /// Binds and listens. Throws std::system_error.
  Acceptor(const Threads& threads, const ConnectionRules& rules);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Any thread.
  void start();
  void stop();
  /// A connection is gone: there may be room again. Any thread. Gives how many are left.
  std::size_t connection_closed();
  [[nodiscard]] std::size_t open() const { return open_.load(); }

 private:
  void accept();
  void on_accepted(error_code error, Socket socket, const std::shared_ptr<IoThread>& target);
  void retry_later();
  [[nodiscard]] const std::shared_ptr<IoThread>& least_loaded() const;

  const Threads& threads_;
  const ConnectionRules& rules_;
  asio::basic_socket_acceptor<tcp, Executor> acceptor_;
  Timer retry_;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> open_{0};
  std::atomic<bool> paused_{false};  ///< connections_max reached, no accept under way
};

}  // namespace hookswitch::http
