#include <hookswitch/routing/directory_index.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace hookswitch;
using namespace hookswitch::routing;

namespace {

constexpr int minutes = 240;

TimePoint at(int minute) { return from_epoch_ms(1'795'000'000'000) + std::chrono::minutes(minute); }

/// A random history of a number and, minute by minute, whose it was: slow and obvious.
struct World {
  explicit World(std::uint32_t seed) : random(seed) {
    int minute = draw(0, 3) == 0 ? -1 : draw(0, 40);
    while (minute < minutes) {
      const int end = draw(0, 9) == 0 ? minutes : minute + draw(1, 60);
      const auto company = "company-" + std::to_string(draw(1, 5));
      Ownership period{TenantId(company), {}, {}};
      if (minute >= 0) period.from = at(minute);
      if (end < minutes) period.until = at(end);
      history.push_back(period);
      for (int i = std::max(minute, 0); i < std::min(end, minutes); ++i) {
        owner[static_cast<std::size_t>(i)] = company;
      }
      minute = end + (draw(0, 1) == 0 ? 0 : draw(1, 20));
    }
  }
  int draw(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random); }

  std::mt19937 random;
  std::vector<Ownership> history;
  std::vector<std::string> owner = std::vector<std::string>(minutes);  ///< empty: nobody's
};

}  // namespace

TEST_CASE("for random histories, whose a number is equals a naive oracle at every instant") {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    World world(seed);
    // The order of the periods means nothing.
    std::shuffle(world.history.begin(), world.history.end(), world.random);
    DirectoryIndex index;
    index.numbers["+493023125017"] = world.history;
    CAPTURE(seed);
    for (int minute = 0; minute < minutes; ++minute) {
      CAPTURE(minute);
      const auto owner = index.owner_of_number("+493023125017", at(minute));
      REQUIRE((owner ? owner->str() : "") == world.owner[static_cast<std::size_t>(minute)]);
      // Until the millisecond before the next minute, too.
      REQUIRE(index.owner_of_number("+493023125017", at(minute + 1) - Milliseconds{1}) == owner);
    }
    REQUIRE_FALSE(index.owner_of_number("+493023125018", at(0)).has_value());
  }
}
