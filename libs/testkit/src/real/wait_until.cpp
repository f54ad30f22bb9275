#include <hookswitch/testkit/real/wait_until.hpp>

#include <stdexcept>
#include <thread>

namespace hookswitch::testkit {

void wait_until(std::string_view what, std::chrono::milliseconds patience,
                const std::function<bool()>& holds, const std::function<std::string()>& seen) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      std::string text =
          "waited " + std::to_string(patience.count()) + " ms for: " + std::string(what);
      if (seen) text += "; seen: " + seen();
      throw std::runtime_error(text);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace hookswitch::testkit
