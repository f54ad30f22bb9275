#include "connection.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <typeinfo>

namespace hookswitch::http {
namespace {

using std::chrono::milliseconds;

/// Beast and other readers take a small body in many pieces; one read of this size takes nearly
/// every webhook whole.
constexpr std::size_t read_bytes = std::size_t{32} * 1024;
/// A buffer that a large body made grow beyond this is given back.
constexpr std::size_t kept_bytes_max = std::size_t{64} * 1024;
/// A timer is set at most this far ahead and then looks again, so that a later deadline needs no
/// new timer.
constexpr milliseconds timer_step{2000};
constexpr milliseconds linger_deadline{3000};
constexpr std::size_t linger_bytes_max = std::size_t{32} * 1024 * 1024;
/// A body may come as slowly as this, and not slower (reliability.md §4.4).
constexpr std::size_t body_bytes_per_second_min = 1024;
constexpr milliseconds body_grace{2000};

Response internal_error() { return problem(500, "Internal error", "The request failed here."); }

Response refusal(const Refused& refused) {
  return problem(refused.status, "The request is refused", refused.reason);
}

/// Runs the route's handler. The text of what it throws stays out of the log: it may quote the
/// request.
void run_handler(const Route& route, const Responder& responder) {
  try {
    route.handler(responder);
  } catch (const std::exception& error) {
    telemetry::log_error("http.handler_failed",
                         {{"route", route.pattern}, {"exception", typeid(error).name()}});
    responder.respond(internal_error());
  } catch (...) {
    telemetry::log_error("http.handler_failed", {{"route", route.pattern}});
    responder.respond(internal_error());
  }
}

Response deadline_answer(const Route& route) {
  if (!route.deadline_answer) {
    return retry_later(503, "Not answered in time", "Please send the request again.", 1);
  }
  try {
    return route.deadline_answer();
  } catch (const std::exception& error) {
    telemetry::log_error("http.deadline_answer_failed",
                         {{"route", route.pattern}, {"exception", typeid(error).name()}});
    return internal_error();
  }
}

}  // namespace

Connection::Connection(Socket socket, std::shared_ptr<IoThread> io, const ConnectionRules& rules)
    : socket_(std::move(socket)),
      io_(std::move(io)),
      rules_(rules),
      timer_(io_->context().get_executor()) {}

void Connection::start() {
  error_code error;
  const auto remote = socket_.remote_endpoint(error);
  if (!error) socket_.set_option(tcp::no_delay(true), error);
  if (!error) socket_.non_blocking(true, error);
  io_->connections.insert(this);
  if (error || io_->stopping) {  // gone before we looked
    close();
    return;
  }
  remote_address_ = remote.address().to_string();
  in_.reserve(read_ahead_bytes());
  advance();
}

std::size_t Connection::read_ahead_bytes() const {
  return std::max(read_bytes, rules_.options.header_bytes_max + 1);
}

void Connection::stop() {
  if (phase_ == Phase::idle) close();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  if (exchange_) {
    exchange_->connection = nullptr;
    // Nobody waits any more: pending() is to say so. An answer that has already been given is
    // dropped by the mailbox.
    static_cast<void>(exchange_->claim());
    exchange_.reset();
  }
  error_code ignored;  // closing a socket that the peer has reset reports that reset
  socket_.close(ignored);
  timer_.cancel();
  io_->connections.erase(this);
  io_->open.fetch_sub(1, std::memory_order_relaxed);
  rules_.closed();
}

// --- reading
// -------------------------------------------------------------------------------------------------------

void Connection::read() {
  if (reading_ || peer_finished_ || in_.free_bytes() == 0) return;
  reading_ = true;
  socket_.async_read_some(asio::buffer(in_.free_begin(), in_.free_bytes()),
                          [self = shared_from_this()](error_code error, std::size_t bytes) {
                            self->on_read(error, bytes);
                          });
}

void Connection::on_read(error_code error, std::size_t bytes) {
  reading_ = false;
  if (phase_ == Phase::closed) return;
  if (error == asio::error::operation_aborted) {
    await_readable();
    return;
  }
  if (error) {
    on_read_failed(error);
    return;
  }
  in_.added(bytes);
  switch (phase_) {
    case Phase::idle:
    case Phase::head:
    case Phase::body:
      advance();
      break;
    case Phase::lingering:
      lingered_bytes_ += bytes;
      linger();
      break;
    case Phase::pending:  // the next request, early: it waits here for its turn
    case Phase::writing:
    case Phase::closed:
      break;
  }
}

void Connection::on_read_failed(error_code error) {
  peer_finished_ = true;
  // A client may close its sending side and still wait for the answer.
  const bool may_still_listen = error == asio::error::eof;
  const bool answer_due = phase_ == Phase::pending || phase_ == Phase::writing;
  if (!may_still_listen || !answer_due) close();
}

/// A client that says nothing keeps no memory of ours: there may be thousands of them, and what
/// each has been given once would lie among what others still need. Not at once, since a busy
/// client speaks again soon and a read that waits for it costs the fewest calls of the system.
void Connection::rest() {
  if (phase_ != Phase::idle || !reading_) return;
  exchange_.reset();  // who still holds it keeps it
  out_ = std::string();
  error_code ignored;  // without success the read goes on as it was
  socket_.cancel(ignored);
}

/// The read of an idle connection has been called off by rest(): goes on without a buffer.
void Connection::await_readable() {
  in_.release();
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code /*error*/) {
    if (self->phase_ != Phase::idle) return;
    self->in_.reserve(self->read_ahead_bytes());
    self->read();  // tells what was wrong, too
  });
}

/// Goes as far as the received bytes allow. A loop and not a recursion: one buffer can hold
/// hundreds of requests.
void Connection::advance() {
  if (advancing_) return;
  advancing_ = true;
  while (step()) {
  }
  advancing_ = false;
}

/// True when there may be more to do at once.
bool Connection::step() {
  if (phase_ == Phase::idle) {
    if (in_.empty()) {
      if (peer_finished_ || io_->stopping) {
        close();
        return false;
      }
      expire_in(rules_.options.idle_deadline);
      read();
      return false;
    }
    phase_ = Phase::head;
    expire_in(rules_.options.header_deadline);
  }
  if (phase_ == Phase::head && !take_head()) return phase_ == Phase::idle;
  if (phase_ != Phase::body) return false;
  if (in_.size() >= request_bytes_) {
    dispatch();
  } else if (peer_finished_) {
    close();
  } else {
    read();
  }
  return false;
}

/// True when the head is whole and good, and the body is next.
bool Connection::take_head() {
  accepted_ = {};
  answers_head_ = false;
  const auto found = find_head(in_.view(), rules_.framing);
  if (const auto* refused = std::get_if<Refused>(&found)) {
    refuse(refusal(*refused), true);
    return false;
  }
  if (const auto* head = std::get_if<HeadComplete>(&found)) return accept_request(head->bytes);
  if (peer_finished_) {
    close();
  } else {
    read();
  }
  return false;
}

bool Connection::accept_request(std::size_t head_bytes) {
  if (!exchange_ || !exchange_->free()) exchange_ = std::make_shared<Responder::Exchange>(io_);
  Request& request = exchange_->request;
  const auto verdict =
      guard_framing(in_.view().substr(0, head_bytes), rules_.framing, request.headers);
  if (const auto* refused = std::get_if<Refused>(&verdict)) {
    refuse(refusal(*refused), true);
    return false;
  }
  accepted_ = std::get<Accepted>(verdict);
  answers_head_ = accepted_.method == "HEAD";
  request_bytes_ = head_bytes + accepted_.content_length;
  const auto found = rules_.routes.find(accepted_.method, accepted_.path, request.path_parameters);
  const bool close = accepted_.content_length > 0;  // its body is not worth reading
  if (const auto* other = std::get_if<RouteTable::MethodNotAllowed>(&found)) {
    Response response = problem(405, "Method not allowed", "Allow says which methods are.");
    response.headers.emplace_back("Allow", other->allow);
    refuse(response, close);
    return false;
  }
  if (std::holds_alternative<RouteTable::NotFound>(found)) {
    refuse(problem(404, "Not found", "There is nothing under this path."), close);
    return false;
  }
  const Route& route = *std::get<const Route*>(found);
  if (accepted_.content_length > route.body_limit) {
    refuse(problem(413, "Body too large",
                   "At most " + std::to_string(route.body_limit) + " bytes are taken."),
           true);
    return false;
  }
  if (!takes_content_type(route, request.header("content-type"))) {
    refuse(problem(415, "Unsupported media type", "Content-Type names one that is not taken."),
           close);
    return false;
  }
  exchange_->route = &route;
  make_room(head_bytes);
  expect_body();
  return phase_ == Phase::body;
}

/// Room for the whole body at once. The views into the head move with it.
void Connection::make_room(std::size_t head_bytes) {
  if (!in_.reserve(request_bytes_)) return;
  const auto again =
      guard_framing(in_.view().substr(0, head_bytes), rules_.framing, exchange_->request.headers);
  accepted_ = std::get<Accepted>(again);
}

void Connection::expect_body() {
  phase_ = Phase::body;
  if (in_.size() >= request_bytes_) return;
  const std::size_t missing = request_bytes_ - in_.size();
  const auto slowest = body_grace + milliseconds{missing * 1000 / body_bytes_per_second_min};
  expire_in(std::min(rules_.options.body_deadline, slowest));
  if (!accepted_.expect_continue || missing < accepted_.content_length) return;
  error_code error;
  const std::size_t sent = socket_.write_some(asio::buffer(continue_answer), error);
  if (error || sent < continue_answer.size()) close();  // earlier answers fill the socket unread
}

void Connection::dispatch() {
  Responder::Exchange& exchange = *exchange_;
  std::swap(exchange.buffer, in_);
  const std::string_view received = exchange.buffer.view();
  if (in_.capacity() > kept_bytes_max) in_.release();
  in_.clear();
  in_.reserve(read_ahead_bytes());
  in_.assign(received.substr(request_bytes_));

  Request& request = exchange.request;
  request.method = accepted_.method;
  request.path = accepted_.path;
  request.query = accepted_.query;
  request.body =
      received.substr(request_bytes_ - accepted_.content_length, accepted_.content_length);
  request.remote_address = remote_address_;
  exchange.connection = this;
  exchange.received = SteadyClock::now();
  phase_ = Phase::pending;
  expire_in(exchange.route->answer_deadline);
  if (in_.empty()) read();
  run_handler(*exchange.route, exchange.open());
}

// --- answering
// -----------------------------------------------------------------------------------------------------

void Connection::answer() {
  if (phase_ != Phase::pending) return;
  const auto self = shared_from_this();
  if (rules_.options.on_answered) {
    rules_.options.on_answered(exchange_->request, exchange_->response,
                               SteadyClock::now() - exchange_->received);
  }
  send(exchange_->response, !accepted_.keep_alive || io_->stopping);
}

/// Answers without asking a handler. `close`: what follows in the stream cannot be trusted or is
/// not wanted.
void Connection::refuse(const Response& response, bool close) {
  if (rules_.options.on_refused) rules_.options.on_refused(response.status);
  if (close) {
    unread_after_write_ = true;
  } else {
    in_.drop_front(request_bytes_);
  }
  send(response, close || !accepted_.keep_alive || io_->stopping);
}

void Connection::send(const Response& response, bool close) {
  close_after_write_ = close;
  const WireOptions options{
      .close = close, .say_keep_alive = accepted_.http_1_0, .without_body = answers_head_};
  const std::string_view date = io_->date.at(std::time(nullptr));
  try {
    append_response(out_, response, date, options);
  } catch (const std::invalid_argument& error) {
    telemetry::log_error("http.bad_response", {{"why", error.what()}});
    append_response(out_, internal_error(), date, options);
  }
  write();
}

/// Mostly the socket takes all of it at once, and no operation has to be queued.
void Connection::write() {
  phase_ = Phase::writing;
  error_code error;
  std::size_t sent = socket_.write_some(asio::buffer(out_), error);
  if (error == asio::error::would_block) {
    sent = 0;
  } else if (error) {
    close();
    return;
  }
  if (sent == out_.size()) {
    finish();
    return;
  }
  expire_in(rules_.options.body_deadline);
  asio::async_write(socket_, asio::buffer(out_) + sent,
                    [self = shared_from_this()](error_code failed, std::size_t /*bytes*/) {
                      if (self->phase_ == Phase::closed) return;
                      if (failed) {
                        self->close();
                      } else {
                        self->finish();
                      }
                    });
}

void Connection::finish() {
  out_.clear();
  if (out_.capacity() > kept_bytes_max) out_.shrink_to_fit();
  forget_exchange();
  if (!close_after_write_) {
    phase_ = Phase::idle;
    advance();
  } else if (unread_after_write_ || !in_.empty()) {
    error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    if (error) {
      close();
      return;
    }
    phase_ = Phase::lingering;
    expire_in(linger_deadline);
    linger();
  } else {
    close();
  }
}

/// The exchange stays for the next request, if by then nobody holds it.
void Connection::forget_exchange() {
  if (!exchange_) return;
  exchange_->connection = nullptr;
  if (!exchange_->free()) return;
  if (exchange_->buffer.capacity() > kept_bytes_max) exchange_->buffer.release();
}

/// Throws away what the client still sends, so that closing does not reset the connection before it
/// has read our answer.
void Connection::linger() {
  in_.clear();
  if (peer_finished_ || lingered_bytes_ > linger_bytes_max) {
    close();
  } else {
    read();
  }
}

// --- deadlines
// -----------------------------------------------------------------------------------------------------

void Connection::expire_in(milliseconds time) {
  deadline_ = SteadyClock::now() + time;
  if (deadline_ < armed_) arm(std::min(deadline_, SteadyClock::now() + timer_step));
}

void Connection::arm(SteadyClock::time_point at) {
  armed_ = at;
  timer_.expires_at(at);
  timer_.async_wait([self = shared_from_this()](error_code error) { self->on_timer(error); });
}

void Connection::on_timer(error_code error) {
  if (error || phase_ == Phase::closed) return;
  const auto now = SteadyClock::now();
  armed_ = SteadyClock::time_point::max();
  if (now >= deadline_) {
    on_deadline();
  } else if (deadline_ - now <= rules_.options.idle_deadline - timer_step) {
    rest();
  }
  if (phase_ != Phase::closed && armed_ == SteadyClock::time_point::max()) {
    arm(std::min(std::max(deadline_, now), now + timer_step));
  }
}

void Connection::on_deadline() {
  switch (phase_) {
    case Phase::head:
    case Phase::body:
      refuse(problem(408, "Request timeout", "The request took too long to arrive."), true);
      break;
    case Phase::pending:
      if (exchange_->claim()) {
        exchange_->response = deadline_answer(*exchange_->route);
        answer();
      } else {  // the answer is on its way from another thread
        expire_in(timer_step);
      }
      break;
    case Phase::idle:
    case Phase::writing:
    case Phase::lingering:
    case Phase::closed:
      close();
      break;
  }
}

}  // namespace hookswitch::http
