#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace hookswitch::cli {

struct LoadOptions {
  std::string url;
  std::string key;  ///< signs as Retell does, when a request goes out
  double rate = 1;  ///< requests a second, whatever the answers do
  std::size_t connections = 16;
  std::chrono::milliseconds answer_deadline{10'000};  ///< Retell's own
  int attempts_max = 4;                               ///< as Retell: one and three more
  std::chrono::milliseconds retry_after{1000};
  /// Given the answer to each request that got a 2xx, when it comes; may be empty.
  std::function<void(const std::string& answer)> accepted;
};

struct LoadResult {
  std::vector<std::size_t> not_accepted;  ///< requests that got no 2xx in the end
  std::vector<std::string> refusals;      ///< what was answered instead, each kind once
  std::size_t attempts_more = 0;          ///< sent again, after 429, 5xx or no answer
  std::vector<std::size_t> bytes;         ///< of each accepted body; sorted
  std::chrono::milliseconds duration{0};
  std::vector<double> answered_ms;  ///< of each accepted one, from when it was due; sorted
};

/// Posts `count` Retell webhooks over connections that stay open. `body` gives the bytes of a
/// request when it is sent. Runs on the calling thread until each has been answered or given up.
/// Throws std::runtime_error when nobody can be connected to at all, std::invalid_argument for
/// another URL than http://….
[[nodiscard]] LoadResult post_webhooks(const LoadOptions& options, std::size_t count,
                                       const std::function<std::string(std::size_t)>& body);

}  // namespace hookswitch::cli
