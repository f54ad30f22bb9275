#include <hookswitch/sealing/secret.hpp>

#include <catch2/catch.hpp>

#include <type_traits>
#include <utility>

using namespace hookswitch::sealing;

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

TEST_CASE("a secret moves as a whole and leaves nothing behind") {
  Secret one = Secret::copy_of("key");
  Secret other = std::move(one);
  CHECK(other.view() == "key");
  CHECK(one.size() == 0);     // NOLINT: asking what was moved from is the point
  CHECK(one.view().empty());  // NOLINT
  other = Secret::copy_of("another");
  CHECK(other.view() == "another");
  CHECK(Secret(3).view() == std::string_view("\0\0\0", 3));
}

TEST_CASE("secrets are the same when their bytes are") {
  CHECK(same(Secret::copy_of("key"), Secret::copy_of("key")));
  CHECK_FALSE(same(Secret::copy_of("key"), Secret::copy_of("kez")));
  CHECK_FALSE(same(Secret::copy_of("key"), Secret::copy_of("ke")));
  CHECK(same(Secret(), Secret()));
}
