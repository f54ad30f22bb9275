#pragma once
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookswitch::cli {

struct HttpRequest {
  std::string method;
  std::string url;  ///< http://host[:port][/path][?query]
  std::vector<std::pair<std::string, std::string>>
      headers;  ///< a later one replaces an earlier one
  std::string body;
};

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

/// No answer: not reachable, cut off, or not within the deadline. Names host and port.
class NoAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One request on a connection of its own. Throws NoAnswer, and std::invalid_argument for another
/// kind of URL. Blocks.
[[nodiscard]] HttpAnswer send_request(const HttpRequest& request,
                                      std::chrono::milliseconds deadline);

}  // namespace hookswitch::cli
