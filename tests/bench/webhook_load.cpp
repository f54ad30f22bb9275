// Signed Retell webhooks against a running ingress, in a closed loop (as fast as it answers) or an
// open one (so many a second, latency counted from when a request was due). Prints one JSON line.
// For benchmarks only.
#include "flags.hpp"
#include "random_pace.hpp"
#include "statistics.hpp"

#include <hookswitch/json/writer.hpp>
#include <hookswitch/kafka/topic_reader.hpp>
#include <hookswitch/signing/retell.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace hookswitch::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using SteadyClock = std::chrono::steady_clock;

struct Load {
  std::string host;
  std::string port;
  std::string path;
  std::string key;
  std::string number;
  std::size_t connections = 64;
  double rate = 0;  ///< requests a second; 0: closed loop
  double warmup_s = 2;
  double seconds = 10;
  int pid = 0;
  std::string kafka;  ///< with events_topic: also measure webhook → event
  std::string raw_topic;
  std::string events_topic;
};

/// Bodies of 2,048 to 6,144 bytes in 16 sizes, each with its own call id.
class Bodies {
 public:
  explicit Bodies(std::string number)
      : number_(std::move(number)), run_(std::to_string(::getpid())) {}

  [[nodiscard]] std::string next() {
    const std::size_t size = 2048 + (count_ % 16) * 4096 / 15;
    std::string body =
        R"({"event":"call_started","call":{"call_id":"call_bench_)" + run_ + "_" +
        std::to_string(started_) + "_" + std::to_string(count_++) +
        R"(","call_type":"phone_call","agent_id":"agent_2c90d1b7e64f4a8f9b35107d6e",)"
        R"("call_status":"ongoing","direction":"inbound","from_number":"+4917600000000","to_number":")" +
        number_ + R"(","start_timestamp":1795421648400,"metadata":{"note":")";
    const std::string_view tail = R"("}}})";
    while (body.size() + tail.size() < size) body += static_cast<char>('a' + body.size() % 26);
    body += tail;
    return body;
  }

 private:
  std::string number_;
  std::string run_;
  std::int64_t started_ = SteadyClock::now().time_since_epoch().count();
  std::size_t count_ = 0;
};

/// When a record was handed to Kafka, by the wall clock, and when it was read here.
struct Sighting {
  std::int64_t produced_ms;
  SteadyClock::time_point seen;
};

/// Follows a topic from its end: the first record for each value of a header.
class TopicWatch {
 public:
  TopicWatch(const std::string& kafka, const std::string& topic, std::string header)
      : header_(std::move(header)),
        reader_({.brokers = kafka, .client_id = "bench", .topic = topic, .from_beginning = false},
                std::chrono::seconds(10)),
        thread_([this] { read(); }) {}
  ~TopicWatch() { stop(); }

  /// Once nothing has come for half a second.
  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  /// Once it was stopped.
  [[nodiscard]] const Sighting* find(const std::string& value) const {
    const auto found = seen_.find(value);
    return found == seen_.end() ? nullptr : &found->second;
  }

 private:
  void read() {
    // The last ones may still be on their way when it is to stop.
    auto quiet_since = SteadyClock::now();
    while (SteadyClock::now() - quiet_since < std::chrono::milliseconds(500)) {
      const auto record = reader_.poll(std::chrono::milliseconds(20));
      if (record || !stopping_) quiet_since = SteadyClock::now();
      if (!record) continue;
      if (const auto value = record->header(header_)) {
        seen_.try_emplace(std::string(*value), Sighting{record->timestamp_ms, SteadyClock::now()});
      }
    }
  }

  const std::string header_;
  kafka::TopicReader reader_;
  std::atomic<bool> stopping_{false};
  std::unordered_map<std::string, Sighting> seen_;
  std::thread thread_;
};

class Generator {
 public:
  explicit Generator(Load load) : load_(std::move(load)), bodies_(load_.number) {
    if (load_.events_topic.empty()) return;
    raw_ = std::make_unique<TopicWatch>(load_.kafka, load_.raw_topic, "ce_id");
    events_ = std::make_unique<TopicWatch>(load_.kafka, load_.events_topic, "ce_causationid");
  }

  int run() {
    const auto endpoints = tcp::resolver(io_).resolve(load_.host, load_.port);
    for (std::size_t i = 0; i < load_.connections; ++i) {
      connections_.push_back(std::make_unique<Connection>(io_));
      asio::connect(connections_.back()->socket, endpoints);
      connections_.back()->socket.set_option(tcp::no_delay(true));
    }
    started_ = SteadyClock::now();
    measure_from_ = started_ + to_duration(load_.warmup_s);
    stop_at_ = measure_from_ + to_duration(load_.seconds);
    timer_.expires_at(measure_from_);
    timer_.async_wait([this](auto) { cpu_before_ = cpu_seconds(load_.pid); });
    for (auto& connection : connections_) idle_.push_back(connection.get());
    if (load_.rate > 0) {
      gaps_.emplace(load_.rate);
      schedule_next();
    } else {
      while (!idle_.empty()) send(take_idle(), SteadyClock::now());
    }
    io_.run();
    finish();  // when nothing was on its way at the end
    print();
    return failures_ == 0 ? 0 : 1;
  }

 private:
  struct Connection {
    explicit Connection(asio::io_context& io) : socket(io) {}
    tcp::socket socket;
    std::string request;
    std::string answer;
    SteadyClock::time_point due;
  };

  static SteadyClock::duration to_duration(double seconds) {
    return std::chrono::duration_cast<SteadyClock::duration>(
        std::chrono::duration<double>(seconds));
  }

  Connection* take_idle() {
    Connection* connection = idle_.back();
    idle_.pop_back();
    return connection;
  }

  void schedule_next() {
    const auto due = started_ + gaps_->next();
    if (due >= stop_at_) return;
    pace_.expires_at(due);
    pace_.async_wait([this, due](auto) {
      if (idle_.empty()) {
        waiting_.push_back(due);
      } else {
        send(take_idle(), due);
      }
      schedule_next();
    });
  }

  void send(Connection* connection, SteadyClock::time_point due) {
    const std::string body = bodies_.next();
    connection->due = due;
    connection->answer.clear();
    connection->request = "POST " + load_.path + " HTTP/1.1\r\nHost: " + load_.host +
                          "\r\nContent-Type: application/json\r\nX-Retell-Signature: " +
                          signing::retell::sign(body, load_.key, SystemClock{}.now()) +
                          "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    asio::async_write(connection->socket, asio::buffer(connection->request),
                      [this, connection](auto error, auto) {
                        if (error) return fail(error.message());
                        receive(connection);
                      });
  }

  void receive(Connection* connection) {
    asio::async_read_until(connection->socket, asio::dynamic_buffer(connection->answer), "\r\n\r\n",
                           [this, connection](auto error, std::size_t head_bytes) {
                             if (error) return fail(error.message());
                             receive_body(connection, head_bytes);
                           });
  }

  void receive_body(Connection* connection, std::size_t head_bytes) {
    const auto body_bytes = content_length(connection->answer.substr(0, head_bytes));
    if (!body_bytes) return fail("an answer without Content-Length");
    const auto whole = head_bytes + *body_bytes;
    if (connection->answer.size() >= whole) return answered(connection);
    asio::async_read(connection->socket, asio::dynamic_buffer(connection->answer),
                     asio::transfer_exactly(whole - connection->answer.size()),
                     [this, connection](auto error, auto) {
                       if (error) return fail(error.message());
                       answered(connection);
                     });
  }

  /// Of 204, which has none, 0.
  static std::optional<std::size_t> content_length(std::string head) {
    constexpr std::string_view name = "\r\ncontent-length:";
    if (head.compare(9, 3, "204") == 0) return 0;
    std::transform(head.begin(), head.end(), head.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto at = head.find(name);
    if (at == std::string::npos) return std::nullopt;
    return std::stoul(head.substr(at + name.size()));
  }

  void answered(Connection* connection) {
    const auto now = SteadyClock::now();
    if (connection->answer.compare(9, 1, "2") != 0) fail(connection->answer.substr(0, 80));
    if (now >= measure_from_ && now < stop_at_) {
      ++answers_;
      latencies_ms_.add(std::chrono::duration<double, std::milli>(now - connection->due).count());
      if (events_) sent_.push_back({id_in(connection->answer), connection->due, now});
    }
    if (now >= stop_at_) return finish();
    if (load_.rate == 0) return send(connection, now);
    if (!waiting_.empty()) {
      const auto due = waiting_.front();
      waiting_.pop_front();
      return send(connection, due);
    }
    idle_.push_back(connection);
  }

  static std::string id_in(const std::string& answer) {
    const auto at = answer.rfind("\"id\"");
    const auto open = answer.find('"', at + 4);
    return answer.substr(open + 1, answer.find('"', open + 1) - open - 1);
  }

  void fail(const std::string& why) {
    if (++failures_ <= 3) std::cerr << "not accepted: " << why << '\n';
    finish();
  }

  void finish() {
    if (cpu_after_ == 0) cpu_after_ = cpu_seconds(load_.pid);
    io_.stop();
  }

  void print() {
    json::Writer out;
    out.begin_object();
    out.key("answers").integer(answers_).key("failures").integer(failures_);
    out.key("rps").raw(number(static_cast<double>(answers_) / load_.seconds));
    if (load_.pid != 0 && answers_ > 0) {
      out.key("cpu_us_per_webhook")
          .raw(number((cpu_after_ - cpu_before_) * 1e6 / static_cast<double>(answers_)));
    }
    out.key("latency_ms");
    latencies_ms_.write(out);
    out.key("answers_by_tenth_ms");
    latencies_ms_.write_by_tenth(out);
    if (events_) write_event_latencies(out);
    out.end_object();
    std::cout << out.take() << std::endl;
  }

  void write_event_latencies(json::Writer& out) {
    raw_->stop();
    events_->stop();
    const auto wall_ms = [](SteadyClock::time_point at) {
      static const auto offset = std::chrono::system_clock::now().time_since_epoch() -
                                 SteadyClock::now().time_since_epoch();
      return std::chrono::duration<double, std::milli>(at.time_since_epoch() + offset).count();
    };
    std::int64_t missing = 0;
    Samples whole_ms, door_ms, durable_ms, handled_ms, read_ms;
    for (const auto& [id, due, answered] : sent_) {
      const auto* raw = raw_->find(id);
      const auto* event = events_->find(id);
      if (raw == nullptr || event == nullptr) {
        ++missing;
        continue;
      }
      whole_ms.add(wall_ms(event->seen) - wall_ms(due));
      door_ms.add(static_cast<double>(raw->produced_ms) - wall_ms(due));
      durable_ms.add(wall_ms(answered) - static_cast<double>(raw->produced_ms));
      handled_ms.add(static_cast<double>(event->produced_ms - raw->produced_ms));
      read_ms.add(wall_ms(event->seen) - static_cast<double>(event->produced_ms));
    }
    out.key("events_missing").integer(missing).key("webhook_to_event_ms");
    whole_ms.write(out);
    // Kafka's times are whole milliseconds.
    out.key("due_to_produced_ms");
    door_ms.write(out);
    out.key("produced_to_answered_ms");
    durable_ms.write(out);
    out.key("produced_to_event_produced_ms");
    handled_ms.write(out);
    out.key("event_produced_to_read_ms");
    read_ms.write(out);
  }

  Load load_;
  Bodies bodies_;
  asio::io_context io_{1};
  asio::steady_timer timer_{io_};
  asio::steady_timer pace_{io_};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> idle_;
  std::deque<SteadyClock::time_point> waiting_;
  SteadyClock::time_point started_, measure_from_, stop_at_;
  std::optional<RandomPace> gaps_;  ///< of an open loop
  std::int64_t answers_ = 0;
  std::int64_t failures_ = 0;
  double cpu_before_ = 0;
  double cpu_after_ = 0;
  Samples latencies_ms_;
  struct Sent {
    std::string id;
    SteadyClock::time_point due, answered;
  };
  std::vector<Sent> sent_;
  std::unique_ptr<TopicWatch> raw_, events_;
};

}  // namespace
}  // namespace hookswitch::bench

int main(int argc, char** argv) {
  using hookswitch::bench::Flags;
  const Flags flags(argc, argv);
  hookswitch::bench::Load load;
  load.host = flags.text("host", "127.0.0.1");
  load.port = flags.text("port", "8080");
  load.path = flags.text("path", "/webhooks/retell");
  load.key = flags.text("key", "");
  load.number = flags.text("number", "+493023125017");
  load.connections = static_cast<std::size_t>(flags.number("connections", 64));
  load.rate = flags.number("rate", 0);
  load.warmup_s = flags.number("warmup", 2);
  load.seconds = flags.number("seconds", 10);
  load.pid = static_cast<int>(flags.number("pid", 0));
  load.kafka = flags.text("kafka", "");
  load.raw_topic = flags.text("raw-topic", "hookswitch.webhooks.retell.v1");
  load.events_topic = flags.text("events-topic", "");
  return hookswitch::bench::Generator(load).run();
}
