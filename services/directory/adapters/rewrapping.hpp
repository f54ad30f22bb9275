#pragma once
#include <hookswitch/core/result.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace hookswitch::directory {

/// What became of data keys when they were to be wrapped by the newest master key.
struct Rewrapping {
  std::size_t rewrapped = 0;
  std::size_t unchanged = 0;  ///< it wraps them already
  /// What cannot be unwrapped: a workspace's provider key, or a company's data key.
  struct Closed {
    std::string workspace;  ///< or
    std::string company;
    std::string id;
    Rejection why;  ///< what sealing::unwrap() says
  };
  std::vector<Closed> closed;
};

}  // namespace hookswitch::directory
