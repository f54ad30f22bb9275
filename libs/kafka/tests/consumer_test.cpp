#include "fixtures.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace hookswitch::kafka {
namespace {

struct Group {
  testkit::TestTopics topics;
  std::string topic = topics.create("group", 2);
  std::string name = testkit::unique_name("group");
  Sender sender{topics.brokers()};

  void send(int from, int to) {
    for (int i = from; i < to; ++i) {
      const auto text = std::to_string(i);
      REQUIRE(sender.producer().produce(topic, text, text, {}, static_cast<std::uint64_t>(i)) ==
              Enqueued::accepted);
    }
    REQUIRE(sender.producer().flush(seconds(20)));
  }
  [[nodiscard]] ConsumerOptions options(std::string instance = {}) const {
    return member(topics.brokers(), name, topic, std::move(instance));
  }
  /// Reads `count` records and commits behind them; gives their values.
  static std::multiset<std::string> take(Consumer& consumer, std::size_t count) {
    std::multiset<std::string> values;
    std::vector<TopicPartitionOffset> next;
    while (values.size() < count) {
      const auto record = next_of(consumer);
      values.emplace(*record.value);
      next.push_back({std::string(record.topic), record.partition, record.offset + 1});
    }
    std::map<TopicPartition, std::int64_t> last;
    for (const auto& each : next) last[{each.topic, each.partition}] = each.offset;
    next.clear();
    for (const auto& [partition, offset] : last)
      next.push_back({partition.topic, partition.partition, offset});
    consumer.commit_sync(next);
    return values;
  }
};

std::multiset<std::string> numbers(int from, int to) {
  std::multiset<std::string> out;
  for (int i = from; i < to; ++i) out.insert(std::to_string(i));
  return out;
}

TEST_CASE_METHOD(Group, "A group starts at the beginning and resumes where it committed") {
  send(0, 20);
  {
    Consumer consumer(options("0"), {});
    CHECK(take(consumer, 20) == numbers(0, 20));
  }
  send(20, 30);
  Consumer consumer(options("0"), {});
  CHECK(take(consumer, 10) == numbers(20, 30));
  CHECK(consumer.poll(milliseconds(200)) == std::nullopt);
}

TEST_CASE_METHOD(Group, "What was not committed comes again") {
  send(0, 10);
  {
    Consumer consumer(options("0"), {});
    for (int i = 0; i < 10; ++i) (void)next_of(consumer);
  }
  Consumer consumer(options("0"), {});
  CHECK(take(consumer, 10) == numbers(0, 10));
}

TEST_CASE_METHOD(Group, "Partitions are announced inside poll, before the first record") {
  send(0, 1);
  std::vector<std::string> story;
  const auto thread = std::this_thread::get_id();
  {
    Consumer consumer(
        options(),
        {[&](const auto& partitions) {
           CHECK(std::this_thread::get_id() == thread);
           story.push_back("assigned " + std::to_string(partitions.size()));
         },
         [&](const auto& partitions, bool lost) {
           CHECK(std::this_thread::get_id() == thread);
           story.push_back((lost ? "lost " : "revoked ") + std::to_string(partitions.size()));
         }});
    CHECK(consumer.assignment().empty());
    (void)next_of(consumer);
    story.emplace_back("record");
    CHECK(consumer.assignment().size() == 2);
  }
  CHECK(story == std::vector<std::string>{"assigned 2", "record", "revoked 2"});
}

TEST_CASE_METHOD(Group, "A member that gets no partition is told so, and told when that is over") {
  std::map<std::string, int> told;  // what it has been told, and not yet told the end of
  bool in_turns = true;
  const auto watch = [&](const std::string& name) -> Consumer::Rebalance {
    return {[&, name](const auto&) { in_turns = ++told[name] == 1 && in_turns; },
            [&, name](const auto&, bool) { in_turns = --told[name] == 0 && in_turns; }};
  };
  std::vector<std::unique_ptr<Consumer>> members;
  const auto everybody_knows = [&](std::size_t with_partitions) {
    testkit::wait_until("an assignment for everybody", seconds(30), [&] {
      std::size_t owners = 0;
      for (const auto& each : members) {
        (void)each->poll(milliseconds(20));
        if (!each->assignment().empty()) ++owners;
      }
      return owners == with_partitions &&
             std::all_of(told.begin(), told.end(), [](const auto& one) { return one.second == 1; });
    });
  };
  for (const auto* name : {"a", "b", "c"}) {
    told[name] = 0;
    members.push_back(std::make_unique<Consumer>(options(), watch(name)));
    everybody_knows(std::min<std::size_t>(members.size(), 2));
  }
  members.erase(members.begin());
  told.erase("a");
  everybody_knows(2);
  members.clear();
  CHECK(in_turns);
  CHECK(told == std::map<std::string, int>{{"b", 0}, {"c", 0}});
}

TEST_CASE_METHOD(Group, "Two members share the partitions, and the rest goes to who stays") {
  send(0, 10);
  int revoked = 0;
  Consumer first(options(), {{}, [&](const auto&, bool) { ++revoked; }});
  testkit::wait_until("both partitions", seconds(20), [&] {
    (void)first.poll(milliseconds(20));
    return first.assignment().size() == 2;
  });
  {
    Consumer second(options(), {});
    testkit::wait_until("one partition each", seconds(20), [&] {
      (void)first.poll(milliseconds(20));
      (void)second.poll(milliseconds(20));
      return first.assignment().size() == 1 && second.assignment().size() == 1;
    });
    CHECK(revoked == 1);
  }
  testkit::wait_until("both partitions again", seconds(20), [&] {
    (void)first.poll(milliseconds(20));
    return first.assignment().size() == 2;
  });
}

TEST_CASE_METHOD(Group, "Offsets committed in the revoke callback count for the next owner") {
  send(0, 10);
  {
    Consumer* self = nullptr;
    std::map<TopicPartition, std::int64_t> positions;
    Consumer consumer(options(), {{}, [&](const auto&, bool) {
                                    std::vector<TopicPartitionOffset> next;
                                    for (const auto& [at, offset] : positions)
                                      next.push_back({at.topic, at.partition, offset});
                                    self->commit_sync(next);
                                  }});
    self = &consumer;
    for (int i = 0; i < 10; ++i) {
      const auto record = next_of(consumer);
      positions[{std::string(record.topic), record.partition}] = record.offset + 1;
    }
  }
  send(10, 12);
  Consumer consumer(options(), {});
  CHECK(take(consumer, 2) == numbers(10, 12));
}

TEST_CASE_METHOD(Group, "An exception of a rebalance callback comes out of poll") {
  send(0, 1);
  Consumer consumer(options(),
                    {[](const auto&) { throw std::runtime_error("Postgres is away"); }, {}});
  const auto poll_until_failure = [&] {
    testkit::wait_until("the callback", seconds(20), [&] {
      (void)consumer.poll(milliseconds(50));
      return false;
    });
  };
  CHECK_THROWS_WITH(poll_until_failure(), "Postgres is away");
  CHECK(next_of(consumer).value == "0");  // the assignment itself stands
}

TEST_CASE_METHOD(
    Group,
    "A static member that comes back keeps its partitions without a rebalance for the others") {
  send(0, 4);
  Consumer other(options("1"), {});
  int rebalances = 0;
  {
    Consumer first(options("0"), {});
    testkit::wait_until("one partition each", seconds(20), [&] {
      (void)first.poll(milliseconds(20));
      (void)other.poll(milliseconds(20));
      return first.assignment().size() == 1 && other.assignment().size() == 1;
    });
  }
  Consumer again(options("0"), {[&](const auto&) { ++rebalances; }, {}});
  testkit::wait_until("its partition again", seconds(20), [&] {
    (void)other.poll(milliseconds(20));
    (void)again.poll(milliseconds(20));
    return again.assignment().size() == 1;
  });
  CHECK(rebalances == 1);
  CHECK(other.assignment().size() == 1);
}

TEST_CASE_METHOD(Group, "Of two processes with one static name the older is told to end") {
  send(0, 1);
  Consumer older(options("0"), {});
  (void)next_of(older);
  Consumer newer(options("0"), {});
  const auto poll_both = [&] {
    testkit::wait_until("the fencing", seconds(30), [&] {
      (void)newer.poll(milliseconds(20));
      (void)older.poll(milliseconds(20));
      return false;
    });
  };
  CHECK_THROWS_AS(poll_both(), Fatal);
  testkit::wait_until("the newer's partitions", seconds(20), [&] {
    (void)newer.poll(milliseconds(20));
    return newer.assignment().size() == 2;
  });
}

// librdkafka 2.0.2 by itself looks only once a second whether its queue has room again.
TEST_CASE_METHOD(
    Group, "What waits is taken without a rest, also when it is many times what is fetched ahead") {
  constexpr int records = 10'000;  // 80 MB
  constexpr std::size_t bytes = 8000;
  std::string noise(100 * bytes, ' ');  // which nobody on the way makes smaller
  std::mt19937 random(1);
  for (auto& byte : noise) byte = static_cast<char>(random());
  for (int i = 0; i < records; ++i) {
    const auto value = noise.substr(static_cast<std::size_t>(i % 100) * bytes, bytes);
    testkit::wait_until("room for a record", seconds(20), [&] {
      return sender.producer().produce(record_for(topic, std::to_string(i), value),
                                       static_cast<std::uint64_t>(i)) == Enqueued::accepted;
    });
  }
  REQUIRE(sender.producer().flush(seconds(20)));
  Consumer consumer(options(), {});
  (void)next_of(consumer);
  int waits = 0;
  for (int i = 1; i < records && waits < 100;) {
    if (!consumer.poll(milliseconds(50))) {
      ++waits;
      continue;
    }
    // Slower than records are fetched, as whoever does something with them.
    if (++i % 50 == 0) std::this_thread::sleep_for(milliseconds(1));
  }
  CHECK(waits < 10);  // three rests and more, of nearly twenty such waits each, without being woken
}

TEST_CASE("Messages larger than a fetch come like the small ones beside them") {
  constexpr std::size_t largest = std::size_t{4} * 1024 * 1024;
  testkit::TestTopics topics;
  const auto topic = topics.create("large", 3);
  Sender sender(topics.brokers());
  std::multiset<std::size_t> sent;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const std::size_t size = i % 5 == 0 ? largest - i : i % 5 == 1 ? largest / 3 : i;
    sent.insert(size);
    testkit::wait_until("room for a record", seconds(20), [&] {
      return sender.producer().produce(record_for(topic, std::to_string(i), std::string(size, 'x')),
                                       i) == Enqueued::accepted;
    });
  }
  REQUIRE(sender.producer().flush(seconds(60)));
  Consumer consumer(member(topics.brokers(), testkit::unique_name("group"), topic, ""), {});
  std::multiset<std::size_t> got;
  while (got.size() < sent.size()) got.insert(next_of(consumer).value->size());
  CHECK(got == sent);
}

TEST_CASE_METHOD(Group, "A pause holds the records back until it is over") {
  send(0, 10);
  Consumer consumer(options(), {});
  (void)next_of(consumer);
  consumer.pause(consumer.assignment());
  CHECK(consumer.poll(milliseconds(300)) == std::nullopt);
  consumer.resume(consumer.assignment());
  (void)next_of(consumer);
}

TEST_CASE_METHOD(
    Group, "Lag is what is still to be read, also of a partition that was quiet since the start") {
  send(0, 20);
  const auto lag_of = [](const Consumer& consumer) {
    std::int64_t sum = 0;
    for (const auto& each : consumer.lag()) sum += each.offset;
    return sum;
  };
  {
    Consumer consumer(options("0"), {});
    (void)next_of(consumer);
    CHECK(lag_of(consumer) >= 9);  // what is known of both partitions, less the one read
    take(consumer, 19);
    CHECK(lag_of(consumer) == 0);
  }
  Consumer consumer(options("0"), {});
  testkit::wait_until("both partitions known and none behind", seconds(20), [&] {
    (void)consumer.poll(milliseconds(20));
    return consumer.lag().size() == 2 && lag_of(consumer) == 0;
  });
  const auto lags = group_lag(topics.brokers(), name, {topic}, seconds(10));
  REQUIRE(lags.size() == 2);
  CHECK(lags[0].committed == lags[0].end);
  CHECK(lags[0].end + lags[1].end == 20);
}

TEST_CASE_METHOD(Group, "A record may outlive its consumer") {
  send(0, 1);
  events::InboundRecord record;
  {
    Consumer consumer(options(), {});
    record = next_of(consumer);
  }
  CHECK(record.value == "0");
  CHECK(record.topic == topic);
}

}  // namespace
}  // namespace hookswitch::kafka
