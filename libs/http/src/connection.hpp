#pragma once
#include "asio_types.hpp"
#include "exchange.hpp"
#include "io_thread.hpp"
#include "read_buffer.hpp"
#include "route_table.hpp"

#include <hookswitch/http/framing.hpp>
#include <hookswitch/http/server.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace hookswitch::http {

/// What all connections of a server share. Immutable while it runs.
struct ConnectionRules {
  ServerOptions options;
  FramingLimits framing;
  RouteTable routes;
  std::function<void()>
      closed;  ///< called once by each connection when it is gone, on its I/O thread
};

/// One client: reads requests, has them answered in order, keeps the deadlines. Everything happens
/// on its I/O thread; the operations under way keep it alive.
///
/// At most one read is under way, into `in_`; while an exchange is pending it reads ahead, which
/// also tells when the client has gone. The whole request moves into the exchange with its memory,
/// and `in_` takes the exchange's old memory.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, std::shared_ptr<IoThread> io, const ConnectionRules& rules);

  void start();
  /// The exchange under way has its response: sends it.
  void answer();
  /// Closes now when idle, else after the answer.
  void stop();
  /// Closes now. What is pending is given up.
  void close();

 private:
  enum class Phase { idle, head, body, pending, writing, lingering, closed };

  void read();
  void on_read(error_code error, std::size_t bytes);
  void on_read_failed(error_code error);
  void rest();
  void await_readable();
  [[nodiscard]] std::size_t read_ahead_bytes() const;
  void advance();
  bool step();
  bool take_head();
  bool accept_request(std::size_t head_bytes);
  void make_room(std::size_t head_bytes);
  void expect_body();
  void dispatch();

  void refuse(const Response& response, bool close);
  void send(const Response& response, bool close);
  void write();
  void finish();
  void forget_exchange();
  void linger();

  void expire_in(std::chrono::milliseconds time);
  void arm(SteadyClock::time_point at);
  void on_timer(error_code error);
  void on_deadline();

  Socket socket_;
  std::shared_ptr<IoThread> io_;
  const ConnectionRules& rules_;
  std::string remote_address_;

  Phase phase_ = Phase::idle;
  ReadBuffer in_;
  std::shared_ptr<Responder::Exchange> exchange_;
  Accepted accepted_;
  std::size_t request_bytes_ = 0;  ///< head and body of the request that is being read
  std::string out_;
  bool reading_ = false;
  bool advancing_ = false;
  bool answers_head_ = false;
  bool peer_finished_ = false;  ///< the client will send no more
  bool close_after_write_ = false;
  bool unread_after_write_ =
      false;  ///< the client may still be sending: closing at once could lose our answer
  std::size_t lingered_bytes_ = 0;

  Timer timer_;
  SteadyClock::time_point deadline_{};
  SteadyClock::time_point armed_ = SteadyClock::time_point::max();
};

}  // namespace hookswitch::http
