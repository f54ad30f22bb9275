#include "fixtures.hpp"

#include <hookswitch/testkit/real/test_gate.hpp>

#include <catch2/catch.hpp>
#include <librdkafka/rdkafka.h>

#include <future>

namespace hookswitch::kafka {
namespace {

using testkit::TestGate;
using Clock = std::chrono::steady_clock;

constexpr int partitions = 6;
/// 3 s are promised, the rest is the machine's; a session lasts 10.
constexpr seconds soon{6};

struct Members {
  testkit::TestTopics topics;
  TestGate gate{topics.brokers(), TestGate::Protocol::kafka};
  std::string topic = topics.create("leaving", partitions);
  std::string group = testkit::unique_name("leaving");

  std::unique_ptr<Consumer> join(const std::string& instance) {
    return std::make_unique<Consumer>(member(topics.brokers(), group, topic, instance),
                                      Consumer::Rebalance{});
  }
  std::unique_ptr<Consumer> join_through_gate(const std::string& instance) {
    return std::make_unique<Consumer>(member(gate.address(), group, topic, instance),
                                      Consumer::Rebalance{});
  }
  /// Polls all of them until each has as many.
  static void deal(const std::vector<Consumer*>& members, int each,
                   seconds patience = seconds(30)) {
    testkit::wait_until("the partitions", patience, [&] {
      return std::count_if(members.begin(), members.end(), [&](Consumer* one) {
               (void)one->poll(milliseconds(20));
               return one->assignment().size() == static_cast<std::size_t>(each);
             }) == static_cast<std::ptrdiff_t>(members.size());
    });
  }
  /// As the broker counts them.
  [[nodiscard]] int members() const {
    const std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> client(
        rd_kafka_new(RD_KAFKA_PRODUCER, configuration(), nullptr, 0), &rd_kafka_destroy);
    const rd_kafka_group_list* found = nullptr;
    REQUIRE(rd_kafka_list_groups(client.get(), group.c_str(), &found, 10'000) ==
            RD_KAFKA_RESP_ERR_NO_ERROR);
    const int count = found->group_cnt == 1 ? found->groups[0].member_cnt : -1;
    rd_kafka_group_list_destroy(found);
    return count;
  }

 private:
  [[nodiscard]] rd_kafka_conf_t* configuration() const {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", topics.brokers().c_str(), nullptr, 0);
    return conf;
  }
};

TEST_CASE_METHOD(Members,
                 "Who leaves gives its partitions to who stays, long before its session ends") {
  const auto stays = join("0");
  auto leaves = join("1");
  deal({stays.get(), leaves.get()}, partitions / 2);
  const auto start = Clock::now();
  leaves->leave();
  leaves.reset();
  deal({stays.get()}, partitions, soon);
  CHECK(Clock::now() - start < soon);
  CHECK(members() == 1);
}

TEST_CASE_METHOD(Members, "Who has left can come back under its name") {
  const auto stays = join("0");
  auto leaves = join("1");
  deal({stays.get(), leaves.get()}, partitions / 2);
  leaves->leave();
  leaves = join("1");
  deal({stays.get(), leaves.get()}, partitions / 2);
  CHECK(members() == 2);
}

TEST_CASE_METHOD(Members, "Who is killed, and who ends without leaving, keeps its place") {
  const auto stays = join("0");
  auto killed = join_through_gate("1");
  deal({stays.get(), killed.get()}, partitions / 2);
  gate.set(TestGate::Mode::refuse);  // as the broker sees it
  killed->leave();                   // cannot be heard
  killed.reset();
  CHECK(members() == 2);
  auto successor = join("1");
  deal({stays.get(), successor.get()}, partitions / 2);
  successor.reset();
  CHECK(members() == 2);
}

TEST_CASE_METHOD(Members, "Who leaves does not take its successor's place along") {
  const auto older = join("0");
  deal({older.get()}, partitions);
  const auto newer = join("0");
  deal({newer.get()}, partitions);
  older->leave();
  CHECK(members() == 1);
  newer->commit_sync({{topic, 0, 0}});  // refused, were it not a member
  deal({newer.get()}, partitions);
}

TEST_CASE_METHOD(Members, "Several leave at once") {
  std::vector<std::unique_ptr<Consumer>> leaving;
  std::vector<Consumer*> all;
  const auto stays = join("0");
  all.push_back(stays.get());
  for (const auto* name : {"1", "2", "3", "4", "5"}) {
    all.push_back(leaving.emplace_back(join(name)).get());
  }
  deal(all, 1);
  const auto start = Clock::now();
  std::vector<std::future<void>> ends;
  ends.reserve(leaving.size());
  for (auto& each : leaving) {
    ends.push_back(std::async(std::launch::async, [one = std::move(each)]() mutable {
      one->leave();
      one.reset();
    }));
  }
  deal({stays.get()}, partitions, soon);
  CHECK(Clock::now() - start < soon);
  for (auto& each : ends) each.get();
  CHECK(members() == 1);
}

TEST_CASE_METHOD(Members, "Who leaves while the partitions are being dealt does so when they are") {
  const auto stays = join("0");
  const auto leaves = join("1");
  deal({stays.get(), leaves.get()}, partitions / 2);
  const auto comes = join("2");
  testkit::wait_until("the deal", seconds(20), [&] {
    (void)comes->poll(milliseconds(20));
    (void)leaves->poll(milliseconds(20));
    return leaves->assignment().empty();  // has joined anew, and waits for who stays
  });
  auto end = std::async(std::launch::async, [&] { leaves->leave(); });
  deal({stays.get(), comes.get()}, partitions / 2, soon);
  end.get();
  CHECK(members() == 2);
}

TEST_CASE_METHOD(Members, "A silent coordinator holds nobody who leaves") {
  auto consumer = join_through_gate("0");
  deal({consumer.get()}, partitions);
  gate.set(TestGate::Mode::freeze);
  const auto start = Clock::now();
  consumer->leave();
  consumer.reset();
  CHECK(Clock::now() - start < seconds(5));  // 3 s promised, the rest is slack
}

TEST_CASE_METHOD(Members, "Nor does one that was never there") {
  gate.set(TestGate::Mode::refuse);
  auto consumer = join_through_gate("0");
  const auto start = Clock::now();
  consumer->leave();
  consumer.reset();
  CHECK(Clock::now() - start < seconds(5));
}

}  // namespace
}  // namespace hookswitch::kafka
