// Retell webhooks straight onto a topic, as ingress would have put them there, and the domain
// events that come of them:
// `--mode fill` puts them there and ends, `--mode follow` waits until all events of the calls are
// out, `--mode paced` does both at a rate. Prints one JSON line. For benchmarks only.
#include "flags.hpp"
#include "statistics.hpp"

#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/json/writer.hpp>
#include <hookswitch/kafka/producer.hpp>
#include <hookswitch/kafka/topic_reader.hpp>
#include <hookswitch/signing/digest.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace hookswitch::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::array<std::string_view, 3> event_names{"call_started", "call_ended",
                                                      "call_analyzed"};
/// CallStarted, CallEnded, CallAnalyzed, CallCostReported, in whatever order the webhooks come. A
/// webhook that comes after one that says more has no event of its own.
constexpr std::size_t events_of_a_call = 4;
constexpr std::string_view sample_call = "call_5d1e0c77aa3b49f2b6c8e4d9f01";

struct Webhook {
  std::size_t call;
  std::size_t event;
};

/// Three webhooks a call, shuffled within a window of 300, one of twenty once more within 600: the
/// same load as that of the consumers it is raced beside.
std::vector<Webhook> sequence(std::size_t calls) {
  struct Placed {
    Webhook webhook;
    double at;
  };
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> part(0, 1);
  std::vector<Placed> placed;
  for (std::size_t i = 0; i < calls * event_names.size(); ++i) {
    const Webhook webhook{i / event_names.size(), i % event_names.size()};
    const auto place = static_cast<double>(i);
    placed.push_back({webhook, place + part(random) * 300});
    if (part(random) < 0.05) placed.push_back({webhook, place + part(random) * 600});
  }
  std::ranges::stable_sort(placed, {}, &Placed::at);
  std::vector<Webhook> webhooks;
  webhooks.reserve(placed.size());
  for (const auto& each : placed) webhooks.push_back(each.webhook);
  return webhooks;
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string with_call(std::string body, const std::string& call) {
  for (auto at = body.find(sample_call); at != std::string::npos;
       at = body.find(sample_call, at + call.size())) {
    body.replace(at, sample_call.size(), call);
  }
  return body;
}

/// What the calls of a run begin with.
std::string calls_of(const std::string& run) { return "call_bench_" + run + "_"; }

/// What ingress would have published.
class Records {
 public:
  explicit Records(const Flags& flags)
      : topic_(flags.text("topic", "")),
        run_(flags.text("run", "1")),
        spread_(flags.number("spread", 0) != 0),
        tenant_("lakeside") {
    const auto samples = flags.text("samples", "");
    for (const auto& event : event_names) {
      bodies_.push_back(contents(samples + "/retell_" + std::string(event) + ".json"));
    }
  }

  [[nodiscard]] events::OutboundRecord of(const Webhook& webhook) const {
    auto call = calls_of(run_) + std::to_string(webhook.call);
    if (spread_) call = "call_" + signing::to_hex(signing::sha256(call)).substr(0, 27);
    events::OutboundRecord record;
    record.topic = topic_;
    record.key = call;
    record.value = with_call(bodies_[webhook.event], call);
    events::Envelope envelope;
    envelope.id = events::webhook_id("retell", WorkspaceId{"default"},
                                     signing::as_bytes(signing::sha256(*record.value)));
    envelope.source = "hookswitch/ingress";
    envelope.type = events::webhook_accepted_type;
    envelope.time = SystemClock{}.now();
    envelope.subject = call;
    envelope.content_type = "application/json";
    envelope.tenant = tenant_;
    envelope.correlation_id = call;
    envelope.provider = "retell";
    envelope.event = event_names[webhook.event];
    envelope.workspace = "default";
    record.headers = events::to_headers(envelope);
    return record;
  }

 private:
  std::string topic_;
  std::string run_;
  bool spread_;  ///< ids all over the key space, as the provider's are, not one behind the other
  TenantId tenant_;
  std::vector<std::string> bodies_;
};

/// What an event names as the webhook that caused it: its id; with `--cause key-and-event`, as
/// other consumers do that are raced beside ours, "KEY:EVENT".
std::string cause_of(const Flags& flags, const events::OutboundRecord& record) {
  const auto header = [&](const char* name) {
    return std::string(record.headers.find(name).value());
  };
  if (flags.text("cause", "id") == "key-and-event") return record.key + ":" + header("ce_event");
  return header("ce_id");
}

std::size_t expected_events(const Flags& flags, std::size_t calls) {
  const auto of_a_call = flags.number("events-a-call", static_cast<double>(events_of_a_call));
  return calls * static_cast<std::size_t>(of_a_call);
}

/// A webhook that has been handed to Kafka.
struct Sent {
  std::int64_t at_us = 0;  ///< the first time; since 1970
  bool says_more = false;  ///< than all of its call that were sent before
  bool is_warm = false;    ///< sent behind the warm-up
};

struct AllSent {
  std::unordered_map<std::string, Sent> by_cause;  ///< what its events name as their cause
  std::size_t warm = 0;                            ///< behind the warm-up, the repeated included
};

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Wanders through a millisecond and back, a thousandth with each webhook: Kafka's clock has whole
/// ones, and webhooks that all came at the same place of one would all be told as too fast, or too
/// slow.
std::chrono::microseconds place_within_a_millisecond(std::size_t nth) {
  const std::size_t turn = nth % 2000;
  return std::chrono::microseconds(turn < 1000 ? turn : 2000 - turn);
}

/// Waits where the queue is full; each webhook is due `1 / rate` seconds after the one before it
/// (0: at once), and a part of a millisecond.
AllSent produce(const Flags& flags, const std::vector<Webhook>& webhooks, double rate,
                double warm_up_s = 0) {
  AllSent all;
  std::unordered_map<std::size_t, std::size_t> said;  // how much of a call: its events by now
  bool warm = warm_up_s == 0;
  const Records records(flags);
  // As the loader of the consumers it is raced beside: what waits here would count as theirs.
  const auto linger = std::chrono::milliseconds(rate > 0 ? 0 : 1);
  kafka::Producer producer({.brokers = flags.text("kafka", ""),
                            .client_id = "bench",
                            .linger = linger,
                            .requests_in_flight_max = 5},
                           [](std::uint64_t, kafka::Delivery) {});
  const auto started = SteadyClock::now();
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    if (!warm && SteadyClock::now() >= started + std::chrono::duration<double>(warm_up_s)) {
      std::cout << "warm" << std::endl;  // whoever starts us measures from here
      warm = true;
    }
    if (rate > 0) {
      std::this_thread::sleep_until(started +
                                    std::chrono::duration<double>(static_cast<double>(i) / rate) +
                                    place_within_a_millisecond(i));
    }
    const auto record = records.of(webhooks[i]);
    auto& said_of_call = said[webhooks[i].call];
    const bool says_more = webhooks[i].event >= said_of_call;
    said_of_call = std::max(said_of_call, webhooks[i].event + 1);
    all.warm += warm ? 1 : 0;
    all.by_cause.try_emplace(cause_of(flags, record), Sent{now_us(), says_more, warm});
    while (producer.produce(record, i) == kafka::Enqueued::queue_full) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  if (!producer.flush(std::chrono::seconds(60))) throw std::runtime_error("Kafka takes too long");
  return all;
}

/// The first event that each webhook caused, by the time stamps of Kafka.
class Effects {
 public:
  Effects(const Flags& flags, bool from_beginning)
      : reader_({.brokers = flags.text("kafka", ""),
                 .client_id = "bench",
                 .topic = flags.text("events-topic", ""),
                 .from_beginning = from_beginning},
                std::chrono::seconds(10)) {}

  /// Reads until `expected` different events were seen that `wanted(what caused it)` is true of and
  /// whose key begins with `key`, or `seconds` have passed.
  template <class Wanted>
  void read(std::size_t expected, double seconds, const Wanted& wanted, std::string_view key = {}) {
    const auto until = SteadyClock::now() + std::chrono::duration<double>(seconds);
    while (ids.size() < expected && SteadyClock::now() < until) {
      const auto record = reader_.poll(std::chrono::milliseconds(50));
      if (!record) continue;
      const std::string cause(record->header("ce_causationid").value_or(""));
      if (!wanted(cause) || !record->key.starts_with(key)) continue;
      if (const auto id = record->header("ce_id")) ids.emplace(*id);
      if (start_ms == 0) start_ms = record->timestamp_ms;
      last_ms = std::max(last_ms, record->timestamp_ms);
      first_ms.try_emplace(cause, record->timestamp_ms);
    }
  }

  std::unordered_set<std::string> ids;
  std::int64_t start_ms = 0;  ///< of the event that was read first
  std::int64_t last_ms = 0;
  std::unordered_map<std::string, std::int64_t> first_ms;

 private:
  kafka::TopicReader reader_;
};

void print_effects(const Effects& effects, std::size_t expected) {
  json::Writer out;
  out.begin_object();
  out.key("events").integer(static_cast<std::int64_t>(effects.ids.size()));
  out.key("missing").integer(static_cast<std::int64_t>(expected - effects.ids.size()));
  out.key("first_event_ms").integer(effects.start_ms);
  out.key("last_event_ms").integer(effects.last_ms);
  out.end_object();
  std::cout << out.take() << std::endl;
}

int fill(const Flags& flags, std::size_t calls) {
  const auto webhooks = sequence(calls);
  static_cast<void>(produce(flags, webhooks, 0));
  json::Writer out;
  out.begin_object();
  out.key("webhooks").integer(static_cast<std::int64_t>(webhooks.size()));
  out.key("distinct").integer(static_cast<std::int64_t>(calls * event_names.size()));
  out.end_object();
  std::cout << out.take() << std::endl;
  return 0;
}

int follow(const Flags& flags, std::size_t calls) {
  Effects effects(flags, false);
  // Whoever starts us waits for this line before it starts what we measure.
  std::cout << "following" << std::endl;
  const auto expected = expected_events(flags, calls);
  // A consumer that is killed may say once more what it had said of an earlier run.
  const bool spread = flags.number("spread", 0) != 0;
  const auto of_this_run = spread ? std::string() : calls_of(flags.text("run", "1"));
  effects.read(
      expected, flags.number("seconds", 120), [](const auto&) { return true; }, of_this_run);
  print_effects(effects, expected);
  return 0;
}

/// How many webhooks took how many tenths of a millisecond to their first event; without the
/// warm-up, and without those that come behind one of their call that says more: not every consumer
/// has an event for these. An event's time stamp is Kafka's, of whole milliseconds: in the middle
/// of its own, for all that is known. Events are read afterwards, as the loader of the consumers it
/// is raced beside does: who reads along takes a part of the broker and of the cores.
int paced(const Flags& flags, std::size_t calls) {
  const auto webhooks = sequence(calls);
  const auto expected = expected_events(flags, calls);
  const double warm_up_s = flags.number("warmup", 0);
  const auto sent = produce(flags, webhooks, flags.number("rate", 500), warm_up_s);
  if (warm_up_s > 0) std::cout << "sent" << std::endl;
  Effects effects(flags, true);
  effects.read(expected, flags.number("seconds", 120),
               [&](const auto& cause) { return sent.by_cause.contains(cause); });
  Samples to_first_event_ms;
  for (const auto& [cause, webhook] : sent.by_cause) {
    const auto effect = effects.first_ms.find(cause);
    if (!webhook.is_warm || !webhook.says_more || effect == effects.first_ms.end()) continue;
    to_first_event_ms.add(static_cast<double>(effect->second * 1000 + 500 - webhook.at_us) / 1000);
  }
  json::Writer out;
  out.begin_object();
  out.key("webhooks").integer(static_cast<std::int64_t>(webhooks.size()));
  out.key("warm_webhooks").integer(static_cast<std::int64_t>(sent.warm));
  out.key("events").integer(static_cast<std::int64_t>(effects.ids.size()));
  out.key("missing").integer(static_cast<std::int64_t>(expected - effects.ids.size()));
  out.key("webhooks_by_tenth_ms");
  to_first_event_ms.write_by_tenth(out);
  out.end_object();
  std::cout << out.take() << std::endl;
  return 0;
}

}  // namespace
}  // namespace hookswitch::bench

int main(int argc, char** argv) {
  using namespace hookswitch::bench;
  const Flags flags(argc, argv);
  const auto calls = static_cast<std::size_t>(flags.number("calls", 6667));
  const auto mode = flags.text("mode", "");
  if (mode == "fill") return fill(flags, calls);
  if (mode == "follow") return follow(flags, calls);
  if (mode == "paced") return paced(flags, calls);
  std::cerr << "--mode fill, follow or paced\n";
  return 2;
}
