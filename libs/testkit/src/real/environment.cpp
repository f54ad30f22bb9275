#include <hookswitch/testkit/real/environment.hpp>

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <stdexcept>

namespace hookswitch::testkit {

namespace {

std::string required(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') {
    throw std::runtime_error(
        std::string(name) +
        " is not set: this test needs the real part, run it through `./dev test component`");
  }
  return value;
}

}  // namespace

std::string test_kafka() { return required("HOOKSWITCH_TEST_KAFKA"); }
std::string test_postgres_url() { return required("HOOKSWITCH_TEST_POSTGRES_URL"); }

std::string unique_name(std::string_view hint) {
  static const unsigned random = std::random_device{}();
  static std::atomic<int> count{0};
  return std::string(hint) + "_" + std::to_string(::getpid()) + "_" + std::to_string(random) + "_" +
         std::to_string(++count);
}

}  // namespace hookswitch::testkit
