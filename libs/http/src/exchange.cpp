#include "exchange.hpp"

#include <hookswitch/http/framing.hpp>
#include <hookswitch/telemetry/log.hpp>

namespace hookswitch::http {

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

Responder Responder::Exchange::open() {
  answered.store(false, std::memory_order_relaxed);
  unheld.store(false, std::memory_order_relaxed);
  // A second count beside the owners': it knows when the last Responder goes, whoever else still
  // holds the exchange.
  return Responder(std::shared_ptr<Exchange>(
      this, [owner = shared_from_this()](Exchange* exchange) { exchange->last_responder_gone(); }));
}

void Responder::Exchange::respond(Response answer) {
  if (!claim()) return;
  response = std::move(answer);
  io->deliver(shared_from_this());
}

void Responder::Exchange::last_responder_gone() {
  if (!answered.load(std::memory_order_acquire)) {
    telemetry::log_error("http.request_dropped");  // a handler's bug
    respond(problem(500, "Internal error", "The request was not answered."));
  }
  unheld.store(true, std::memory_order_release);
}

Responder::Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}

const Request& Responder::request() const { return exchange_->request; }

void Responder::respond(Response response) const { exchange_->respond(std::move(response)); }

bool Responder::pending() const { return !exchange_->answered.load(std::memory_order_acquire); }

std::size_t Responder::thread_index() const { return exchange_->io->index(); }

}  // namespace hookswitch::http
