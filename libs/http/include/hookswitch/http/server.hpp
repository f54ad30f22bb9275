#pragma once
#include <hookswitch/http/response.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// An HTTP/1.1 server on Asio. The framing guard (framing.hpp) is its parser; Beast is the second
/// opinion that the fuzzer compares it with (reliability.md M12, §4.4; docs/decisions/0005).
namespace hookswitch::http {

/// A request that passed the framing guard, with its whole body. Lives, and stays where it is, as
/// long as a copy of its Responder does, be it answered or not.
struct Request {
  std::string method;
  std::string_view path;   ///< as sent, before '?'
  std::string_view query;  ///< after '?', or empty
  std::string_view body;
  std::map<std::string, std::string, std::less<>>
      path_parameters;  ///< {workspace} of the route's pattern
  std::string remote_address;

  /// A header that occurs exactly once, compared without case; nothing when absent. (The guard
  /// refuses a second Host, Content-Length, Content-Type or signature header; for others the first
  /// counts.)
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

  std::vector<std::pair<std::string_view, std::string_view>> headers;
};

/// The one way to answer a request. Copyable handle; may be kept and called from any thread. The
/// first answer counts, later ones are ignored (the deadline may have answered first). Dropping
/// every copy without answering answers 500.
class Responder {
 public:
  struct Exchange;
  explicit Responder(std::shared_ptr<Exchange> exchange);
  /// The request stays valid as long as a copy of the Responder does.
  [[nodiscard]] const Request& request() const;
  void respond(Response response) const;
  /// False once an answer has been given (the deadline passed or the connection broke). A client
  /// that only closed its sending side still gets its answer, so that alone changes nothing.
  [[nodiscard]] bool pending() const;
  /// Which I/O thread of the server the exchange belongs to, 0 … threads-1.
  [[nodiscard]] std::size_t thread_index() const;

 private:
  std::shared_ptr<Exchange> exchange_;
};

/// Runs on the connection's I/O thread and must not block; answer later through the Responder if
/// need be. The request's storage lives until the Responder's last copy is gone. What it throws is
/// logged and answered 500.
using Handler = std::function<void(const Responder&)>;

struct Route {
  std::string method;  ///< "POST"
  /// "/workspaces/{workspace}/webhooks/retell"; also "/numbers/{id}:move". A parameter takes a
  /// segment up to its first colon, which begins a verb.
  std::string pattern;
  Handler handler;
  std::size_t body_limit = std::size_t{4} * 1024 * 1024;  ///< bytes; above: 413
  std::chrono::milliseconds answer_deadline{
      2000};  ///< then 503 with Retry-After, from the end of the request's body
  /// Content types taken ("application/json"), parameters ignored; others: 415. Empty: any.
  std::vector<std::string> content_types{};
  /// What the deadline answers; nothing: a 503 problem with Retry-After 1.
  std::function<Response()> deadline_answer{};
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one, see Server::port()
  std::size_t threads = 1;
  std::size_t connections_max = 4096;  ///< beyond: accepting pauses
  std::size_t header_bytes_max = 8192;
  std::size_t fields_max = 64;
  std::chrono::milliseconds header_deadline{5000};
  std::chrono::milliseconds body_deadline{10'000};
  std::chrono::milliseconds idle_deadline{30'000};
  std::vector<std::string>
      single_headers{};  ///< besides the built-in ones, headers that may occur only once
  /// Called on the I/O thread just before an answer is sent: a handler's, or the deadline's. The
  /// time runs from the last byte of the request. Must not block or throw.
  std::function<void(const Request&, const Response&, std::chrono::nanoseconds)> on_answered{};
  /// Likewise when the server itself refuses (framing, 404, 405, 408, 413, 415, 431 …): the status.
  std::function<void(unsigned)> on_refused{};
};

/// 404 and 405 (with Allow) fall out of the route table. Every error is application/problem+json
/// without an echo of the body. Chunked bodies are refused with 411 (providers send Content-Length;
/// docs/decisions).
class Server {
 public:
  /// Binds at once. Throws std::system_error when the address cannot be bound.
  Server(const ServerOptions& options, std::vector<Route> routes);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// What has `work` run on the server's first I/O thread: soon, and once for all calls that come
  /// before it runs. May be called from any thread, also before the server is started, and when it
  /// is gone: then nothing runs. `work` must not block or throw, what it uses must outlive the
  /// server, and it may be destroyed on any thread.
  [[nodiscard]] std::function<void()> io_task(std::function<void()> work);
  /// Starts the I/O threads.
  void start();
  /// Stops accepting, lets exchanges under way finish (at most `patience`), closes idle
  /// connections, joins the threads. Responders that outlive it may still answer; nobody hears it.
  /// Not from a handler.
  void stop(std::chrono::milliseconds patience);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::http
