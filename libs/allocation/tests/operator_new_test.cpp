#include <catch2/catch.hpp>
#include <mimalloc.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>

namespace {

struct alignas(128) Aligned {
  std::byte bytes[128];
};

/// More than any machine has; read at run time, or the compiler refuses it.
std::size_t too_much() {
  static const volatile std::size_t bytes = std::size_t{1} << 52U;
  return bytes;
}

}  // namespace

TEST_CASE("memory comes from mimalloc, here and in what libraries allocate", "[allocation]") {
  const auto one = std::make_unique<int>(1);
  const auto many = std::make_unique<Aligned[]>(3);
  const std::string text(1000, 'x');  // libstdc++'s own code
  CHECK(mi_is_in_heap_region(one.get()));
  CHECK(mi_is_in_heap_region(many.get()));
  CHECK(mi_is_in_heap_region(text.data()));
  CHECK(reinterpret_cast<std::uintptr_t>(many.get()) % alignof(Aligned) == 0);
}

TEST_CASE("where memory is short, an allocation fails and not the process", "[allocation]") {
  CHECK_THROWS_AS(std::make_unique<char[]>(too_much()), std::bad_alloc);
  CHECK_THROWS_AS(std::make_unique<Aligned[]>(too_much() / sizeof(Aligned)), std::bad_alloc);
  CHECK_THROWS_AS(std::string(too_much(), 'x'), std::bad_alloc);
  CHECK_THROWS_AS(::operator new(too_much()), std::bad_alloc);
  CHECK_THROWS_AS(::operator new(too_much(), std::align_val_t{256}), std::bad_alloc);
  CHECK(::operator new(too_much(), std::nothrow) == nullptr);
}

TEST_CASE("who can make room is asked for it", "[allocation]") {
  static int asked;
  asked = 0;
  const auto before = std::set_new_handler([] {
    if (++asked == 2) throw std::bad_alloc();
  });
  CHECK_THROWS_AS(::operator new(too_much()), std::bad_alloc);
  std::set_new_handler(before);
  CHECK(asked == 2);
}
