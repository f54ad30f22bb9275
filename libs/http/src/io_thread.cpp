#include "io_thread.hpp"

#include "connection.hpp"
#include "exchange.hpp"

#include <boost/asio/post.hpp>
#include <pthread.h>

#include <string>

namespace hookswitch::http {

void IoThread::start() {
  work_.emplace(context_.get_executor());
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), ("http-" + std::to_string(index_)).c_str());
    context_.run();
  });
}

void IoThread::join() {
  work_.reset();
  if (thread_.joinable()) thread_.join();
  for (auto* exchange = mailbox_.close(); exchange != nullptr;) {
    auto* const next = exchange->next;
    exchange->in_mailbox.reset();
    exchange = next;
  }
}

void IoThread::deliver(const std::shared_ptr<Responder::Exchange>& exchange) {
  exchange->in_mailbox = exchange;
  switch (mailbox_.put(exchange.get())) {
    case Mailbox<Responder::Exchange>::Put::first:
      asio::post(context_, [this] { take_deliveries(); });
      break;
    case Mailbox<Responder::Exchange>::Put::further:
      break;
    case Mailbox<Responder::Exchange>::Put::closed:
      exchange->in_mailbox.reset();
      break;
  }
}

void IoThread::take_deliveries() {
  for (auto* exchange = mailbox_.take_all(); exchange != nullptr;) {
    auto* const next = exchange->next;
    const auto kept = std::move(exchange->in_mailbox);
    if (exchange->connection != nullptr) exchange->connection->answer();
    exchange = next;
  }
}

}  // namespace hookswitch::http
