#pragma once
#include <hookswitch/http/response.hpp>

#include <ctime>
#include <string>
#include <string_view>

namespace hookswitch::http {

/// "Mon, 23 Nov 2026 08:16:41 GMT" (RFC 9110 §5.6.7), formatted once a second. Not thread safe.
class DateText {
 public:
  [[nodiscard]] std::string_view at(std::time_t now);

 private:
  std::time_t second_ = -1;
  std::string text_;
};

struct WireOptions {
  bool close = false;           ///< Connection: close
  bool say_keep_alive = false;  ///< HTTP/1.0 clients that asked for it must be told
  bool without_body = false;    ///< answers HEAD: the length is told, the body is not sent
};

/// Appends the answer as it goes over the wire. Throws std::invalid_argument when a header's name
/// or value cannot go over the wire (then nothing has been appended).
void append_response(std::string& out, const Response& response, std::string_view date,
                     const WireOptions& options);

inline constexpr std::string_view continue_answer = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace hookswitch::http
