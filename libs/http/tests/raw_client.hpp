#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// A client that sends exactly the bytes it is told to, as only an attacker or a broken client
/// does.
namespace hookswitch::http::test {

struct RawAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// Sends all of it; false when the server has closed.
  bool send(std::string_view bytes);
  /// The next answer, or nothing when the connection ends or nothing comes within ten seconds.
  std::optional<RawAnswer> read_answer(bool answers_head = false);
  /// True when the server ends the connection (in order or by reset) within ten seconds, with
  /// nothing more to read.
  bool closed_by_server();
  /// As closed_by_server, but true only for an orderly end.
  bool ended_in_order();
  void finish_sending();
  /// Closes so that the server gets a reset.
  void reset();

 private:
  /// Reads more into received_; false at the end or after ten seconds.
  bool fill();
  int socket_;
  std::string received_;
  bool reset_seen_ = false;
};

/// Waits until the condition holds, for ten seconds at most.
template <class Condition>
bool eventually(Condition condition) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    const timespec pause{0, 1'000'000};
    nanosleep(&pause, nullptr);
  }
  return true;
}

/// A POST with Host, Content-Type and Content-Length.
std::string post(std::string_view path, std::string_view body, std::string_view more_headers = {});

}  // namespace hookswitch::http::test
