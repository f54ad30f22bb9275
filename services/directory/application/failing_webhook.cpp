#include "application/failing_webhook.hpp"

#include <chrono>

namespace hookswitch::directory {

Milliseconds rest_after(int failures) {
  if (is_stuck(failures)) return std::chrono::hours{1};
  constexpr Milliseconds first{100};
  return first * (1 << (failures - 1));
}

}  // namespace hookswitch::directory
