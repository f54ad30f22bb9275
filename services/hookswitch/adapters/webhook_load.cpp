#include "webhook_load.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/signing/retell.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>

namespace hookswitch::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using SteadyClock = std::chrono::steady_clock;

struct HttpAddress {
  std::string host;
  std::string port;
  std::string target;
};

/// Of http://host[:port][/path].
HttpAddress parse_http_address(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme))
    throw std::invalid_argument("the address does not begin with http://");
  const auto slash = std::min(url.find_first_of("/?", scheme.size()), url.size());
  const auto authority = url.substr(scheme.size(), slash - scheme.size());
  const auto colon = authority.rfind(':');
  HttpAddress address{authority.substr(0, colon),
                      colon == std::string::npos ? "80" : authority.substr(colon + 1),
                      url.substr(slash)};
  if (address.host.empty() || address.port.empty()) {
    throw std::invalid_argument("the address has no host or no port");
  }
  if (!address.target.starts_with('/')) address.target.insert(0, 1, '/');
  return address;
}

struct Job {
  std::size_t request = 0;
  SteadyClock::time_point due;
  int attempts = 0;
};

/// One connection and what is under way on it.
struct Line {
  explicit Line(asio::io_context& context) : stream(context) {}
  beast::tcp_stream stream;
  bool open = false;
  Job job;
  beast::flat_buffer buffer;
  http::request<http::string_body> request;
  std::optional<http::response_parser<http::string_body>> answer;
};

class Load {
 public:
  Load(const LoadOptions& options, std::size_t count,
       const std::function<std::string(std::size_t)>& body)
      : options_(options), address_(parse_http_address(options.url)), count_(count), body_(body) {
    beast::error_code error;
    endpoints_ = tcp::resolver(context_).resolve(address_.host, address_.port, error);
    if (error) throw std::runtime_error(address_.host + ": " + error.message());
    for (std::size_t i = 0; i < std::min(options.connections, count); ++i) {
      lines_.push_back(std::make_unique<Line>(context_));
      idle_.push_back(lines_.back().get());
    }
  }

  LoadResult run() {
    started_ = SteadyClock::now();
    schedule();
    context_.run();
    result_.duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - started_);
    if (!connected_ && count_ > 0) {
      throw std::runtime_error(address_.host + ":" + address_.port + ": " +
                               result_.refusals.front());
    }
    std::sort(result_.answered_ms.begin(), result_.answered_ms.end());
    std::sort(result_.bytes.begin(), result_.bytes.end());
    std::sort(result_.not_accepted.begin(), result_.not_accepted.end());
    return std::move(result_);
  }

 private:
  void schedule() {
    if (scheduled_ == count_) return;
    const auto due =
        started_ + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(
                       static_cast<double>(scheduled_) / options_.rate));
    pace_.expires_at(due);
    pace_.async_wait([this, due](beast::error_code) {
      waiting_.push_back({scheduled_++, due, 0});
      dispatch();
      schedule();
    });
  }

  void dispatch() {
    while (!idle_.empty() && !waiting_.empty()) {
      auto& line = *idle_.back();
      idle_.pop_back();
      line.job = waiting_.front();
      waiting_.pop_front();
      ++line.job.attempts;
      if (line.open) {
        send(line);
      } else {
        connect(line);
      }
    }
  }

  void connect(Line& line) {
    line.stream.expires_after(options_.answer_deadline);
    line.stream.async_connect(endpoints_, [this, &line](beast::error_code error, const auto&) {
      if (error) return failed(line, error);
      line.open = connected_ = true;
      line.stream.socket().set_option(tcp::no_delay(true), error);
      send(line);
    });
  }

  void send(Line& line) {
    auto body = body_(line.job.request);
    line.request = {http::verb::post, address_.target, 11};
    line.request.set(http::field::host, address_.host + ":" + address_.port);
    line.request.set(http::field::user_agent, "hookswitch");
    line.request.set(http::field::content_type, "application/json");
    line.request.set("X-Retell-Signature",
                     signing::retell::sign(body, options_.key, SystemClock().now()));
    line.request.body() = std::move(body);
    line.request.prepare_payload();
    line.stream.expires_after(options_.answer_deadline);
    http::async_write(line.stream, line.request, [this, &line](beast::error_code error, auto) {
      if (error) return failed(line, error);
      receive(line);
    });
  }

  void receive(Line& line) {
    line.answer.emplace();
    http::async_read(line.stream, line.buffer, *line.answer,
                     [this, &line](beast::error_code error, auto) {
                       if (error) return failed(line, error);
                       answered(line);
                     });
  }

  void answered(Line& line) {
    const auto& answer = line.answer->get();
    const auto status = answer.result_int();
    if (!answer.keep_alive()) close(line);
    if (status / 100 == 2) {
      if (options_.accepted) options_.accepted(answer.body());
      result_.bytes.push_back(line.request.body().size());
      result_.answered_ms.push_back(
          std::chrono::duration<double, std::milli>(SteadyClock::now() - line.job.due).count());
    } else {
      not_taken(line.job, "status " + std::to_string(status), status == 429 || status >= 500);
    }
    free(line);
  }

  void failed(Line& line, beast::error_code error) {
    close(line);
    not_taken(line.job, error.message(), true);
    free(line);
  }

  void not_taken(const Job& job, const std::string& why, bool passing) {
    if (!passing || job.attempts >= options_.attempts_max) {
      result_.not_accepted.push_back(job.request);
      auto& kinds = result_.refusals;
      if (std::find(kinds.begin(), kinds.end(), why) == kinds.end()) kinds.push_back(why);
      return;
    }
    ++result_.attempts_more;
    auto timer = std::make_shared<asio::steady_timer>(context_, options_.retry_after);
    timer->async_wait([this, job, timer](beast::error_code) {
      waiting_.push_back(job);
      dispatch();
    });
  }

  void close(Line& line) {
    beast::error_code ignored;
    line.stream.socket().close(ignored);
    line.buffer.clear();
    line.open = false;
  }

  void free(Line& line) {
    idle_.push_back(&line);
    dispatch();
  }

  LoadOptions options_;
  HttpAddress address_;
  std::size_t count_;
  const std::function<std::string(std::size_t)>& body_;
  LoadResult result_;
  asio::io_context context_{1};
  tcp::resolver::results_type endpoints_;
  asio::steady_timer pace_{context_};
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<Line*> idle_;
  std::deque<Job> waiting_;
  SteadyClock::time_point started_;
  std::size_t scheduled_ = 0;
  bool connected_ = false;
};

}  // namespace

LoadResult post_webhooks(const LoadOptions& options, std::size_t count,
                         const std::function<std::string(std::size_t)>& body) {
  return Load(options, count, body).run();
}

}  // namespace hookswitch::cli
