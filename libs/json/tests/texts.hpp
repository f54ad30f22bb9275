#pragma once
#include <string>
#include <vector>

namespace hookswitch::json::tests {

/// A text and what reading it must give: "" for accepted, else the rejection's code.
struct Text {
  std::string bytes;
  std::string code;
};

/// Good and bad texts: every trap that we know of.
[[nodiscard]] std::vector<Text> texts();

}  // namespace hookswitch::json::tests
