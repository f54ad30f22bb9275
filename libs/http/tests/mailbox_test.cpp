#include "../src/mailbox.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <thread>

namespace hookswitch::http {
namespace {

struct Letter {
  int sender = 0;
  int number = 0;
  Letter* next = nullptr;
};

}  // namespace

TEST_CASE("only the letter that finds the box empty asks for a wake-up") {
  using Put = Mailbox<Letter>::Put;
  Mailbox<Letter> box;
  Letter first, second, third;
  CHECK(box.put(&first) == Put::first);
  CHECK(box.put(&second) == Put::further);
  Letter* taken = box.take_all();
  REQUIRE(taken == &first);  // oldest first
  CHECK(taken->next == &second);
  CHECK(second.next == nullptr);
  CHECK(box.put(&third) == Put::first);
  CHECK(box.close() == &third);
  CHECK(box.put(&first) == Put::closed);
}

TEST_CASE("what several threads put in comes out once and in the order of each sender") {
  constexpr int senders = 4;
  constexpr int each = 5000;
  Mailbox<Letter> box;
  std::vector<std::vector<Letter>> letters(senders, std::vector<Letter>(each));
  std::vector<std::thread> threads;
  for (int s = 0; s < senders; ++s) {
    threads.emplace_back([&box, &own = letters[static_cast<std::size_t>(s)], s] {
      for (int n = 0; n < each; ++n) {
        auto& letter = own[static_cast<std::size_t>(n)];
        letter.sender = s;
        letter.number = n;
        box.put(&letter);
      }
    });
  }
  std::array<int, senders> expected{};
  bool in_order = true;
  for (int taken = 0; taken < senders * each;) {
    for (Letter* letter = box.take_all(); letter != nullptr; ++taken) {
      in_order =
          in_order && letter->number == expected.at(static_cast<std::size_t>(letter->sender))++;
      letter = letter->next;
    }
  }
  for (auto& thread : threads) thread.join();
  CHECK(in_order);
  CHECK(box.take_all() == nullptr);
}

}  // namespace hookswitch::http
