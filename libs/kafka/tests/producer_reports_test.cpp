#include "fixtures.hpp"
#include "mock_cluster.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <stop_token>

namespace hookswitch::kafka {
namespace {

/// A thread that takes a producer's reports when it is woken, as an event loop does.
class Taker {
 public:
  explicit Taker(Producer& producer)
      : producer_(producer), thread_([this](const std::stop_token& stop) { run(stop); }) {
    producer_.have_reports_taken([this] { wake(); });
  }
  ~Taker() { producer_.have_reports_taken({}); }
  Taker(const Taker&) = delete;
  Taker& operator=(const Taker&) = delete;

  [[nodiscard]] std::thread::id thread() const { return thread_.get_id(); }

 private:
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    waiting_.notify_one();
  }
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (waiting_.wait(lock, stop, [this] { return woken_; })) {
      woken_ = false;
      lock.unlock();
      producer_.take_reports();
      lock.lock();
    }
  }

  Producer& producer_;
  std::mutex mutex_;
  std::condition_variable_any waiting_;
  bool woken_ = false;
  std::jthread thread_;
};

TEST_CASE("Whoever is woken takes the reports, on its own thread") {
  testkit::TestTopics topics;
  const auto topic = topics.create("woken");
  std::mutex mutex;
  std::map<std::uint64_t, std::thread::id> taken_by;
  Producer producer(Sender::options_for(topics.brokers()), [&](std::uint64_t token, Delivery) {
    const std::lock_guard lock(mutex);
    taken_by.emplace(token, std::this_thread::get_id());
  });
  const auto taker_of = [&](std::uint64_t token) {
    REQUIRE(producer.produce(record_for(topic, "k", "v"), token) == Enqueued::accepted);
    REQUIRE(producer.flush(seconds(20)));
    const std::lock_guard lock(mutex);
    return taken_by.at(token);
  };
  std::uint64_t token = 0;
  {
    const Taker taker(producer);
    // The producer's own thread waits for reports until it has heard that they are another's.
    testkit::wait_until("a report on the other thread", seconds(20),
                        [&] { return taker_of(++token) == taker.thread(); });
    int others = 0;
    for (int i = 0; i < 100; ++i) {
      if (taker_of(++token) != taker.thread()) ++others;
    }
    CHECK(others < 50);  // on a slow machine the producer looks itself, each half second
  }
  const auto here = std::this_thread::get_id();
  CHECK(taker_of(++token) != here);
  CHECK(taken_by.size() == token);
}

TEST_CASE("While reports change hands, each comes once") {
  testkit::TestTopics topics;
  const auto topic = topics.create("hands", 12);
  Sender sender(topics.brokers());
  constexpr std::uint64_t records = 20'000;
  std::jthread other([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const Taker taker(sender.producer());
      const std::size_t before = sender.wake_ups();
      while (sender.wake_ups() < before + 5 && !stop.stop_requested()) std::this_thread::yield();
    }
  });
  for (std::uint64_t token = 0; token < records; ++token) {
    const std::string key = "call_" + std::to_string(token);
    testkit::wait_until("room", seconds(20), [&] {
      return sender.producer().produce(topic, key, key, {}, token) == Enqueued::accepted;
    });
  }
  REQUIRE(sender.producer().flush(seconds(30)));
  const auto reports = sender.reports();
  CHECK(reports.size() == records);
  CHECK(sender.repeated() == 0);
  CHECK(std::all_of(reports.begin(), reports.end(),
                    [](const auto& r) { return r.second == Delivery::durable; }));
}

TEST_CASE("What whoever is woken does not take is taken all the same") {
  testkit::TestTopics topics;
  const auto topic = topics.create("left");
  std::atomic<int> woken{0};
  Sender sender(topics.brokers());
  sender.producer().have_reports_taken([&] { ++woken; });
  for (int i = 0; i < 3; ++i) CHECK(sender.send(record_for(topic, "k", "v")) == Delivery::durable);
  CHECK(woken > 0);
  sender.producer().have_reports_taken({});
}

TEST_CASE("A fatal error that another thread takes is survived as well") {
  MockCluster cluster;
  Sender sender(cluster.brokers());
  const Taker taker(sender.producer());
  CHECK(sender.send(record_for("mock", "k", "before")) == Delivery::durable);
  CHECK(sender.send(record_for("mock", "k", "before")) == Delivery::durable);
  cluster.say_that_a_record_is_missing();
  const std::uint64_t accepted = send_until_rebuilt(sender);
  CHECK(accepted > 0);
  CHECK(sender.reports().size() == accepted + 2);
  CHECK(sender.repeated() == 0);
  CHECK(sender.send(record_for("mock", "k", "after")) == Delivery::durable);
}

}  // namespace
}  // namespace hookswitch::kafka
