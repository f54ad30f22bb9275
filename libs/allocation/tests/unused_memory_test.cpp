#include <hookswitch/allocation/unused_memory.hpp>

#include <catch2/catch.hpp>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t whole = 0;
  std::size_t resident = 0;
  file >> whole >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// As many requests at once have it, which then are answered.
std::size_t use_and_free(std::size_t pieces, std::size_t bytes_each) {
  std::vector<std::unique_ptr<std::string>> held;
  for (std::size_t i = 0; i < pieces; ++i) {
    held.push_back(std::make_unique<std::string>(bytes_each, 'x'));
  }
  return resident_bytes();
}

}  // namespace

TEST_CASE("memory that nobody uses any more goes back to the system at once", "[allocation]") {
  constexpr std::size_t pieces = 512;
  constexpr std::size_t bytes_each = 32'768;
  constexpr std::size_t all = pieces * bytes_each;
  hookswitch::allocation::give_back_unused_memory_at_once();
  const std::size_t before = resident_bytes();
  const std::size_t held = use_and_free(pieces, bytes_each);
  CHECK(held >= before + all);
  CHECK(resident_bytes() < before + all / 10);
}
