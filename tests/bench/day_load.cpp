// A day's webhooks, signed before the clock starts, as fast as ingress takes them over so many
// connections, and what comes of them: until every call has been priced. Prints one JSON line. For
// benchmarks only.
#include "flags.hpp"
#include "statistics.hpp"

#include <hookswitch/json/writer.hpp>
#include <hookswitch/kafka/topic_reader.hpp>
#include <hookswitch/signing/digest.hpp>
#include <hookswitch/signing/retell.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace hookswitch::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view sample_call = "call_5d1e0c77aa3b49f2b6c8e4d9f01";
/// The webhooks of a call, and how many places of the day the second and the third come later.
constexpr std::array<std::string_view, 3> event_names{"call_started", "call_ended",
                                                      "call_analyzed"};
constexpr std::array<double, 3> comes_after{0, 300, 360};
/// CallStarted, CallEnded, CallAnalyzed, CallCostReported.
constexpr std::size_t events_of_a_call = 4;

struct Day {
  std::string host;
  std::string port;
  std::string path;
  std::string key;
  std::string kafka;
  std::string bodies;  ///< a folder with <tenant>_<event>_<variant>.json, about the samples' call
  std::string run;
  std::size_t calls = 0;
  std::size_t tenants = 0;
  std::size_t variants = 0;
  std::size_t connections = 0;
  double patience_s = 0;
};

/// As spread over the key space as the provider's own.
std::string call_of(const Day& day, std::size_t number) {
  const auto digest = signing::sha256(day.run + "_" + std::to_string(number));
  return "call_" + signing::to_hex(digest).substr(0, 27);
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What the body of one webhook is made from, cut where the call's id goes.
std::vector<std::string> parts_of(const std::string& body) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (auto at = body.find(sample_call); at != std::string::npos;
       at = body.find(sample_call, from)) {
    parts.push_back(body.substr(from, at - from));
    from = at + sample_call.size();
  }
  parts.push_back(body.substr(from));
  return parts;
}

/// All requests of the day in the order in which they are sent: calls overlap, and one webhook of a
/// call now and then overtakes another.
std::vector<std::string> requests_of(const Day& day, const std::vector<std::string>& calls) {
  std::map<std::string, std::vector<std::string>> templates;
  for (std::size_t tenant = 0; tenant < day.tenants; ++tenant) {
    for (const auto& event : event_names) {
      for (std::size_t variant = 0; variant < day.variants; ++variant) {
        const auto name = std::to_string(tenant) + "_" + std::string(event) + "_" +
                          std::to_string(variant) + ".json";
        templates[name] = parts_of(contents(day.bodies + "/" + name));
      }
    }
  }
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> part(0, 1);
  std::vector<std::pair<double, std::string>> placed;
  for (std::size_t number = 0; number < calls.size(); ++number) {
    for (std::size_t event = 0; event < event_names.size(); ++event) {
      const auto& parts = templates.at(
          std::to_string(number % day.tenants) + "_" + std::string(event_names[event]) + "_" +
          std::to_string(number / day.tenants % day.variants) + ".json");
      std::string body = parts.front();
      for (std::size_t i = 1; i < parts.size(); ++i) body += calls[number] + parts[i];
      placed.emplace_back(static_cast<double>(number * event_names.size()) + comes_after[event] +
                              part(random) * 100,
                          "POST " + day.path + " HTTP/1.1\r\nHost: " + day.host +
                              "\r\nContent-Type: application/json\r\nX-Retell-Signature: " +
                              signing::retell::sign(body, day.key, SystemClock{}.now()) +
                              "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                              body);
    }
  }
  std::ranges::stable_sort(placed, {}, &std::pair<double, std::string>::first);
  std::vector<std::string> requests;
  requests.reserve(placed.size());
  for (auto& [at, request] : placed) requests.push_back(std::move(request));
  return requests;
}

/// Reads a topic from its end on: the events about the day's calls, each id once.
class Watch {
 public:
  Watch(const Day& day, const std::string& topic, std::unordered_set<std::string> calls,
        std::string_view awaited, std::size_t awaited_of_a_call)
      : calls_(std::move(calls)),
        awaited_(awaited),
        expected_(calls_.size() * awaited_of_a_call),
        reader_(
            {.brokers = day.kafka, .client_id = "bench", .topic = topic, .from_beginning = false},
            std::chrono::seconds(10)),
        thread_([this] { read(); }) {}
  ~Watch() { stop(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  [[nodiscard]] bool complete() const { return complete_; }
  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }

  // Once it was stopped.
  [[nodiscard]] std::size_t missing() const { return expected_ - std::min(expected_, came_); }
  std::map<std::string, std::int64_t> of_type;  ///< records, by the event's name
  std::int64_t repeats = 0;                     ///< records whose ce_id was there before
  std::int64_t too_many = 0;     ///< awaited events of a call that had all it should have
  SteadyClock::time_point last;  ///< when the last awaited event was read

 private:
  void read() {
    while (!stopping_) {
      const auto record = reader_.poll(std::chrono::milliseconds(20));
      if (!record) continue;
      const auto call = record->header("ce_correlationid");
      if (!call || !calls_.contains(std::string(*call))) continue;
      take(std::string(*call), *record);
    }
  }

  void take(const std::string& call, const events::InboundRecord& record) {
    const std::string type(record.header("ce_type").value_or(""));
    const auto name = type.substr(type.rfind('.') + 1);
    ++of_type[name];
    if (!ids_.emplace(record.header("ce_id").value_or("")).second) {
      ++repeats;
    } else if (awaited_.empty() || name == awaited_) {
      last = SteadyClock::now();
      if (++of_call_[call] > expected_ / calls_.size()) {
        ++too_many;
      } else if (++came_ == expected_) {
        complete_ = true;
      }
    }
  }

  const std::unordered_set<std::string> calls_;
  const std::string awaited_;  ///< an event's name; empty: all of them
  const std::size_t expected_;
  std::size_t came_ = 0;
  std::unordered_set<std::string> ids_;
  std::unordered_map<std::string, std::size_t> of_call_;
  std::atomic<bool> complete_{false};
  std::atomic<bool> stopping_{false};
  kafka::TopicReader reader_;
  std::thread thread_;
};

/// Each connection sends the next request when its last one was answered.
class ClosedLoop {
 public:
  ClosedLoop(const Day& day, std::vector<std::string> requests) : requests_(std::move(requests)) {
    const auto endpoints = tcp::resolver(io_).resolve(day.host, day.port);
    for (std::size_t i = 0; i < day.connections; ++i) {
      connections_.push_back(std::make_unique<Connection>(io_));
      asio::connect(connections_.back()->socket, endpoints);
      connections_.back()->socket.set_option(tcp::no_delay(true));
    }
  }

  void run() {
    for (auto& connection : connections_) send(*connection);
    io_.run();
  }
  std::int64_t accepted = 0;
  std::int64_t sent_again = 0;  ///< refused with 503: it was not yet known to be durable
  std::int64_t failures = 0;
  SteadyClock::time_point last_answer;

 private:
  struct Connection {
    explicit Connection(asio::io_context& io) : socket(io) {}
    tcp::socket socket;
    std::size_t request = 0;
    std::string answer;
  };

  void send(Connection& connection) {
    if (!refused_.empty()) {
      connection.request = refused_.back();
      refused_.pop_back();
    } else if (next_ < requests_.size()) {
      connection.request = next_++;
    } else {
      return;
    }
    connection.answer.clear();
    asio::async_write(connection.socket, asio::buffer(requests_[connection.request]),
                      [this, &connection](auto error, auto) {
                        if (error) return fail(error.message());
                        receive(connection);
                      });
  }

  void receive(Connection& connection) {
    asio::async_read_until(connection.socket, asio::dynamic_buffer(connection.answer), '}',
                           [this, &connection](auto error, auto) {
                             if (error) return fail(error.message());
                             answered(connection);
                           });
  }

  void answered(Connection& connection) {
    const auto status = connection.answer.substr(9, 3);
    if (status == "202") {
      ++accepted;
    } else if (status == "503") {
      ++sent_again;
      refused_.push_back(connection.request);
    } else {
      fail(connection.answer.substr(0, 80));
    }
    last_answer = SteadyClock::now();
    send(connection);
  }

  void fail(const std::string& why) {
    if (++failures <= 3) std::cerr << "not accepted: " << why << '\n';
  }

  asio::io_context io_{1};
  const std::vector<std::string> requests_;
  std::size_t next_ = 0;
  std::vector<std::size_t> refused_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

void write_watch(json::Writer& out, const Watch& watch) {
  out.begin_object();
  out.key("missing").integer(static_cast<std::int64_t>(watch.missing()));
  out.key("too_many").integer(watch.too_many).key("repeats").integer(watch.repeats);
  out.key("events").begin_object();
  for (const auto& [name, count] : watch.of_type) out.key(name).integer(count);
  out.end_object();
  out.end_object();
}

int run(const Day& day) {
  std::vector<std::string> calls;
  for (std::size_t number = 0; number < day.calls; ++number) calls.push_back(call_of(day, number));
  const std::unordered_set<std::string> known(calls.begin(), calls.end());
  ClosedLoop loop(day, requests_of(day, calls));
  Watch events(day, "hookswitch.calls.v1", known, "", events_of_a_call);
  Watch charges(day, "hookswitch.billing.v1", known, "ChargePriced", 1);
  // Whoever starts us reads its counters now, and answers with a line.
  std::cout << "ready" << std::endl;
  std::string line;
  std::getline(std::cin, line);

  const auto cpu_before = cpu_seconds(0);
  const auto started = SteadyClock::now();
  loop.run();
  const auto until = started + std::chrono::duration<double>(day.patience_s);
  while (!(events.complete() && charges.complete()) && SteadyClock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  const auto cpu = cpu_seconds(0) - cpu_before;
  std::cout << "over" << std::endl;
  std::this_thread::sleep_for(std::chrono::seconds(1));  // for what comes twice
  events.stop();
  charges.stop();

  const auto since_start = [&](SteadyClock::time_point at) {
    return number(std::chrono::duration<double>(at - started).count());
  };
  json::Writer out;
  out.begin_object();
  out.key("accepted").integer(loop.accepted).key("failures").integer(loop.failures);
  out.key("sent_again").integer(loop.sent_again);
  out.key("last_acknowledged_s").raw(since_start(loop.last_answer));
  out.key("last_call_event_s").raw(since_start(events.last));
  out.key("last_charge_s").raw(since_start(charges.last));
  out.key("load_cpu_s").raw(number(cpu));
  out.key("calls");
  write_watch(out, events);
  out.key("charges");
  write_watch(out, charges);
  out.end_object();
  std::cout << out.take() << std::endl;
  return loop.failures == 0 && events.complete() && charges.complete() ? 0 : 1;
}

}  // namespace
}  // namespace hookswitch::bench

int main(int argc, char** argv) {
  using hookswitch::bench::Flags;
  const Flags flags(argc, argv);
  const auto count = [&](const std::string& name, double otherwise) {
    return static_cast<std::size_t>(flags.number(name, otherwise));
  };
  hookswitch::bench::Day day;
  day.host = flags.text("host", "127.0.0.1");
  day.port = flags.text("port", "8080");
  day.path = flags.text("path", "/webhooks/retell");
  day.key = flags.text("key", "");
  day.kafka = flags.text("kafka", "");
  day.bodies = flags.text("bodies", "");
  day.run = flags.text("run", "1");
  day.calls = count("calls", 6667);
  day.tenants = count("tenants", 1);
  day.variants = count("variants", 1);
  day.connections = count("connections", 64);
  day.patience_s = flags.number("patience", 60);
  return hookswitch::bench::run(day);
}
