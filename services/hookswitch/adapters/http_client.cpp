#include "http_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <string_view>

namespace hookswitch::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

struct Address {
  std::string host;
  std::string port;
  std::string target;
};

Address parse_url(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) throw std::invalid_argument("not an http:// address: " + url);
  const auto slash = std::min(url.find_first_of("/?", scheme.size()), url.size());
  const auto authority = url.substr(scheme.size(), slash - scheme.size());
  const auto colon = authority.rfind(':');
  Address address{authority.substr(0, colon),
                  colon == std::string::npos ? "80" : authority.substr(colon + 1),
                  url.substr(slash)};
  if (address.host.empty() || address.port.empty()) {
    throw std::invalid_argument("no host or port in the address: " + url);
  }
  if (!address.target.starts_with('/')) address.target.insert(0, 1, '/');
  return address;
}

/// Runs what has been started until it is done or the deadline is over.
class Steps {
 public:
  Steps(asio::io_context& context, const Address& address, std::chrono::milliseconds deadline)
      : context_(context),
        name_(address.host + ":" + address.port),
        until_(std::chrono::steady_clock::now() + deadline) {}

  /// `start` is given the completion handler to hand on.
  template <class Start>
  void step(Start start) {
    bool done = false;
    beast::error_code error;
    start([&](beast::error_code result, auto&&...) {
      done = true;
      error = result;
    });
    context_.restart();
    while (!done && context_.run_one_until(until_) > 0) {
    }
    if (!done) throw NoAnswer(name_ + " did not answer in time");
    if (error) throw NoAnswer(name_ + ": " + error.message());
  }

 private:
  asio::io_context& context_;
  std::string name_;
  std::chrono::steady_clock::time_point until_;
};

}  // namespace

HttpAnswer send_request(const HttpRequest& request, std::chrono::milliseconds deadline) {
  namespace http = beast::http;
  const auto address = parse_url(request.url);
  http::request<http::string_body> message;
  message.method_string(request.method);
  message.target(address.target);
  message.version(11);
  message.set(http::field::host, address.host + ":" + address.port);
  message.set(http::field::user_agent, "hookswitch");
  message.set(http::field::connection, "close");
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.body() = request.body;
  message.prepare_payload();

  // Declared first, so destroyed last: a handler cut off by the deadline refers to them.
  tcp::resolver::results_type endpoints;
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(std::uint64_t{64} * 1024 * 1024);
  asio::io_context context;
  tcp::resolver resolver(context);
  tcp::socket socket(context);
  Steps steps(context, address, deadline);
  steps.step([&](auto done) {
    resolver.async_resolve(address.host, address.port,
                           [&endpoints, done](beast::error_code error, const auto& found) mutable {
                             endpoints = found;
                             done(error);
                           });
  });
  steps.step([&](auto done) { asio::async_connect(socket, endpoints, done); });
  steps.step([&](auto done) { http::async_write(socket, message, done); });
  steps.step([&](auto done) { http::async_read(socket, buffer, parser, done); });
  return {parser.get().result_int(), std::move(parser.get().body())};
}

}  // namespace hookswitch::cli
