#include "asio_types.hpp"

#include <hookswitch/http/client.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <optional>

namespace hookswitch::http {
namespace {

namespace beast = boost::beast::http;
using Resolver = asio::ip::basic_resolver<tcp, Executor>;

constexpr std::size_t answer_bytes_max = std::size_t{64} * 1024 * 1024;

struct Url {
  std::string host;
  std::string port;
  std::string target;
  std::string authority;  ///< for Host
};

std::optional<Url> parse_url(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  if (text.substr(0, scheme.size()) != scheme) return std::nullopt;
  text.remove_prefix(scheme.size());
  Url url;
  const std::size_t slash = text.find_first_of("/?");
  url.authority = text.substr(0, slash);
  url.target = slash == text.npos ? "/" : std::string(text.substr(slash));
  if (url.target.front() == '?') url.target.insert(0, "/");
  const bool bracketed = !url.authority.empty() && url.authority.front() == '[';
  const std::size_t host_end = bracketed ? url.authority.find(']') : 0;
  if (host_end == url.authority.npos) return std::nullopt;
  const std::size_t colon = url.authority.find(':', host_end);
  url.port = colon == url.authority.npos ? "80" : url.authority.substr(colon + 1);
  url.host = url.authority.substr(0, colon);
  if (bracketed) url.host = url.host.substr(1, url.host.size() - 2);
  const bool good = !url.host.empty() && !url.port.empty() &&
                    url.port.find_first_not_of("0123456789") == url.port.npos &&
                    text.find_first_of(" \r\n#@") == text.npos;
  return good ? std::optional(std::move(url)) : std::nullopt;
}

/// Runs one asynchronous step after another on the calling thread, until one common deadline.
class Steps {
 public:
  explicit Steps(std::chrono::milliseconds timeout) : deadline_(SteadyClock::now() + timeout) {}

  asio::io_context& context() { return context_; }
  Socket& socket() { return socket_; }

  /// `begin` is given a function to call with the step's error. Gives that error, or timed_out.
  template <class Begin>
  error_code run(Begin begin) {
    std::optional<error_code> outcome;
    begin([&outcome](error_code error) { outcome = error; });
    context_.restart();
    context_.run_until(deadline_);
    if (outcome) return *outcome;
    error_code ignored;  // the step ends with operation_aborted either way
    socket_.close(ignored);
    resolver_.cancel();
    context_.run();
    return asio::error::timed_out;
  }

  Resolver& resolver() { return resolver_; }

 private:
  SteadyClock::time_point deadline_;
  asio::io_context context_{1};
  Socket socket_{context_.get_executor()};
  Resolver resolver_{context_.get_executor()};
};

Rejection rejection(const error_code& error, std::string code) {
  if (error == asio::error::timed_out) code = "timeout";
  return Rejection{std::move(code), "", error.message()};
}

Rejection bad_url() { return {"bad_url", "", "the URL must be http://host[:port][/path]"}; }

error_code look_up(Steps& steps, const Url& url, Resolver::results_type& endpoints) {
  return steps.run([&](auto done) {
    steps.resolver().async_resolve(url.host, url.port, [&, done](error_code e, auto found) {
      endpoints = std::move(found);
      done(e);
    });
  });
}

error_code connect(Steps& steps, const Url& url) {
  Resolver::results_type endpoints;
  if (const auto error = look_up(steps, url, endpoints)) return error;
  return steps.run([&](auto done) {
    asio::async_connect(steps.socket(), endpoints,
                        [done](error_code e, const tcp::endpoint& /*chosen*/) { done(e); });
  });
}

Response to_response(beast::response<beast::string_body>&& answer) {
  Response response;
  response.status = answer.result_int();
  response.content_type = std::string(answer[beast::field::content_type]);
  response.body = std::move(answer.body());
  for (const auto& field : answer) {
    response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  return response;
}

}  // namespace

Result<Response> send(std::string_view method, std::string_view url_text,
                      const RequestHeaders& headers, std::string_view body,
                      std::chrono::milliseconds timeout) {
  const auto url = parse_url(url_text);
  if (!url) return bad_url();
  beast::request<beast::span_body<const char>> request;
  request.method_string(method);
  request.target(url->target);
  request.set(beast::field::host, url->authority);
  request.set(beast::field::connection, "close");
  for (const auto& [name, value] : headers) request.set(name, value);
  request.body() = {body.data(), body.size()};
  if (method != "GET" || !body.empty()) request.content_length(body.size());

  Steps steps(timeout);
  if (const auto error = connect(steps, *url)) return rejection(error, "no_connection");
  const error_code write_error = steps.run([&](auto done) {
    beast::async_write(steps.socket(), request,
                       [done](error_code e, std::size_t /*bytes*/) { done(e); });
  });
  if (write_error == asio::error::timed_out) return rejection(write_error, "timeout");
  // A server that refuses early answers while we still write: its answer counts, not our broken
  // pipe.
  boost::beast::flat_buffer buffer;
  beast::response_parser<beast::string_body> parser;
  parser.body_limit(answer_bytes_max);
  const error_code read_error = steps.run([&](auto done) {
    beast::async_read(steps.socket(), buffer, parser,
                      [done](error_code e, std::size_t /*bytes*/) { done(e); });
  });
  if (read_error) return rejection(read_error, "bad_answer");
  return to_response(parser.release());
}

Result<Response> get(std::string_view url, const RequestHeaders& headers,
                     std::chrono::milliseconds timeout) {
  return send("GET", url, headers, {}, timeout);
}

Result<Response> post(std::string_view url, const RequestHeaders& headers, std::string_view body,
                      std::chrono::milliseconds timeout) {
  return send("POST", url, headers, body, timeout);
}

Result<std::vector<std::string>> at_each_address(std::string_view url_text,
                                                 std::chrono::milliseconds timeout) {
  const auto url = parse_url(url_text);
  if (!url) return bad_url();
  Steps steps(timeout);
  Resolver::results_type endpoints;
  if (const auto error = look_up(steps, *url, endpoints)) return rejection(error, "no_connection");
  std::vector<std::string> urls;
  for (const auto& entry : endpoints) {
    const auto address = entry.endpoint().address();
    const auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    auto each = "http://" + host + ":" + url->port + (url->target == "/" ? "" : url->target);
    if (std::find(urls.begin(), urls.end(), each) == urls.end()) urls.push_back(std::move(each));
  }
  return urls;
}

}  // namespace hookswitch::http
