#include "acceptor.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <system_error>

namespace hookswitch::http {
namespace {

void check(const error_code& error, const ServerOptions& options) {
  if (!error) return;
  throw std::system_error(std::error_code(error), "listening on " + options.address + " port " +
                                                      std::to_string(options.port));
}

}  // namespace

Acceptor::Acceptor(const Threads& threads, const ConnectionRules& rules)
    : threads_(threads),
      rules_(rules),
      acceptor_(threads.front()->context().get_executor()),
      retry_(threads.front()->context().get_executor()) {
  const ServerOptions& options = rules.options;
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  check(error, options);
  const tcp::endpoint endpoint{address, options.port};
  acceptor_.open(endpoint.protocol(), error);
  check(error, options);
  acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  check(error, options);
  acceptor_.bind(endpoint, error);
  check(error, options);
  acceptor_.listen(asio::socket_base::max_listen_connections, error);
  check(error, options);
  port_ = acceptor_.local_endpoint().port();
}

void Acceptor::start() {
  asio::post(acceptor_.get_executor(), [this] { accept(); });
}

void Acceptor::stop() {
  asio::post(acceptor_.get_executor(), [this] {
    error_code ignored;  // nothing is left to do with it either way
    acceptor_.close(ignored);
    retry_.cancel();
  });
}

std::size_t Acceptor::connection_closed() {
  const std::size_t left = open_.fetch_sub(1) - 1;
  if (paused_.load()) {
    asio::post(acceptor_.get_executor(), [this] {
      if (paused_.exchange(false)) accept();
    });
  }
  return left;
}

const std::shared_ptr<IoThread>& Acceptor::least_loaded() const {
  return *std::min_element(threads_.begin(), threads_.end(), [](const auto& a, const auto& b) {
    return a->open.load(std::memory_order_relaxed) < b->open.load(std::memory_order_relaxed);
  });
}

void Acceptor::accept() {
  if (!acceptor_.is_open()) return;
  if (open_.load() >= rules_.options.connections_max) {
    paused_.store(true);
    // One may have closed in between, and not have seen that we pause.
    if (open_.load() >= rules_.options.connections_max || !paused_.exchange(false)) return;
  }
  const auto& target = least_loaded();
  acceptor_.async_accept(target->context(), [this, target](error_code error, Socket socket) {
    on_accepted(error, std::move(socket), target);
  });
}

void Acceptor::on_accepted(error_code error, Socket socket,
                           const std::shared_ptr<IoThread>& target) {
  if (error == asio::error::operation_aborted) return;
  if (error && error != asio::error::connection_aborted) {  // no descriptors left, no memory
    telemetry::log_warning("http.accept_failed", {{"why", error.message()}});
    retry_later();
    return;
  }
  if (!error) {
    open_.fetch_add(1);
    target->open.fetch_add(1, std::memory_order_relaxed);
    asio::post(target->context(),
               [connection = std::make_shared<Connection>(std::move(socket), target, rules_)] {
                 connection->start();
               });
  }
  accept();
}

void Acceptor::retry_later() {
  retry_.expires_after(std::chrono::milliseconds{100});
  retry_.async_wait([this](error_code error) {
    if (!error) accept();
  });
}

}  // namespace hookswitch::http
