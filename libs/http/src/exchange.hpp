#pragma once
#include "io_thread.hpp"
#include "read_buffer.hpp"

#include <hookswitch/http/server.hpp>

#include <atomic>
#include <chrono>
#include <memory>

namespace hookswitch::http {

/// A request, the memory it points into, and its one answer. Owned together by the connection that
/// waits for the answer, by the Responders, and by the mailbox while the answer is on its way. Used
/// again for the connection's next request when no Responder is left.
struct Responder::Exchange : std::enable_shared_from_this<Responder::Exchange> {
  explicit Exchange(std::shared_ptr<IoThread> owner) : io(std::move(owner)) {}

  /// A Responder for a new request; when its last copy goes unanswered, the answer is 500.
  [[nodiscard]] Responder open();
  /// True for the first who answers, who then owns `response`.
  [[nodiscard]] bool claim() { return !answered.exchange(true, std::memory_order_acq_rel); }
  /// True when the memory may be used for another request.
  [[nodiscard]] bool free() const { return unheld.load(std::memory_order_acquire); }
  void respond(Response answer);

  Request request;
  /// What the request's views point into. Read by others as long as there is a Responder: Kafka's
  /// client may send the body after the answer.
  ReadBuffer buffer;
  Response response;
  std::shared_ptr<IoThread> io;

  // The I/O thread's only.
  Connection* connection = nullptr;  ///< who waits for the answer; nobody any more: null
  const Route* route = nullptr;
  SteadyClock::time_point received{};  ///< when the last byte of the body was there

  // The mailbox's.
  Exchange* next = nullptr;
  std::shared_ptr<Exchange> in_mailbox;

 private:
  friend class Responder;
  void last_responder_gone();

  std::atomic<bool> answered{true};
  std::atomic<bool> unheld{true};
};

}  // namespace hookswitch::http
