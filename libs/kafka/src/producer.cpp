#include "producer_client.hpp"

#include <hookswitch/kafka/producer.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <utility>

namespace hookswitch::kafka {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds poll_patience{500};
constexpr std::chrono::milliseconds probe_patience{200};
constexpr std::chrono::seconds probe_interval{1};
constexpr std::chrono::seconds rebuild_interval{1};
constexpr std::chrono::seconds closing_patience{2};

/// librdkafka also calls delivered what a broker has refused, when it took a later request of the
/// partition (docs/decisions/0095), and a repeat that the broker had already; neither has an
/// offset.
Delivery delivery_of(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR && message.offset >= 0) return Delivery::durable;
  const bool surely_not = message.err != RD_KAFKA_RESP_ERR_NO_ERROR &&
                          rd_kafka_message_status(&message) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
  return surely_not ? Delivery::not_sent : Delivery::in_doubt;
}

Enqueued enqueued_of(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return Enqueued::queue_full;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
      return Enqueued::too_large;
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return Enqueued::unknown_topic;
    default:
      return Enqueued::fatal;
  }
}

/// The message's opaque pointer carries the caller's token; it is never followed.
void* opaque_of(std::uint64_t token) {
  static_assert(sizeof(void*) == sizeof(token));
  return reinterpret_cast<void*>(token);  // NOLINT(performance-no-int-to-ptr)
}

rd_kafka_headers_t* headers_of(const events::Headers& headers) {
  rd_kafka_headers_t* out = rd_kafka_headers_new(headers.size());
  for (const auto& [name, value] : headers) {
    rd_kafka_header_add(out, name.data(), static_cast<ssize_t>(name.size()), bytes_of(value),
                        static_cast<ssize_t>(value.size()));
  }
  return out;
}

}  // namespace

struct Producer::Impl {
  Impl(const ProducerOptions& given, Report on_report, ReportsDone on_done)
      : options(given),
        report(std::move(on_report)),
        reports_done(std::move(on_done)),
        client(std::make_unique<ProducerClient>(given)),
        thread([this] { run(); }) {}

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    roused.notify_all();
    {
      const std::lock_guard lock(taking);  // the thread may be changing the client
      rd_kafka_queue_yield(client->events());
    }
    thread.join();
  }

  enum class Value { copied, in_place };
  Enqueued produce(std::string_view topic, std::string_view key,
                   std::optional<std::string_view> value, Value how, const events::Headers& headers,
                   std::uint64_t token);
  bool flush(std::chrono::milliseconds patience);
  void have_reports_taken(std::function<void()> new_wake);
  void take_reports();

  // Whoever takes reports.
  void take(Event event);
  std::size_t handle(rd_kafka_event_t& event);
  void note_error(rd_kafka_event_t& event);

  // The thread's side.
  void run();
  void rest();
  void serve(std::chrono::milliseconds patience);
  void rebuild();
  void probe();
  void close();
  void stop_accepting();

  ProducerOptions options;
  Report report;
  ReportsDone reports_done;
  std::atomic<std::size_t> outstanding{0};
  std::atomic<bool> stopping{false};
  std::atomic<bool> reachable{true};
  std::atomic<bool> fatal{false};
  std::atomic<bool> taken_elsewhere{false};
  Clock::time_point next_probe;  // the thread's own
  Clock::time_point next_rebuild;
  std::uint64_t runs_seen = 0;

  mutable std::mutex mutex;         // last_error, rebuilt, and what is waited for
  std::condition_variable drained;  // flush()
  std::condition_variable roused;   // rest()
  std::string last_error;
  std::uint64_t rebuilt = 0;

  // Held by who takes reports. Before client_mutex.
  std::mutex taking;
  std::uint64_t runs = 0;  // of events taken
  std::function<void()> wake;

  // Shared by those who produce; alone by who adds a topic or changes the client. Only the thread
  // changes the client, with both held, so it reads it without a lock.
  std::shared_mutex client_mutex;
  bool accepting = true;
  std::unique_ptr<ProducerClient> client;
  std::thread thread;
};

Enqueued Producer::Impl::produce(std::string_view topic, std::string_view key,
                                 std::optional<std::string_view> value, Value how,
                                 const events::Headers& headers, std::uint64_t token) {
  std::shared_lock lock(client_mutex);
  if (!accepting) return Enqueued::fatal;
  rd_kafka_topic_t* rkt = client->find_topic(topic);
  if (rkt == nullptr) {
    lock.unlock();
    {
      const std::unique_lock alone(client_mutex);
      if (client->add_topic(topic) == nullptr) return Enqueued::unknown_topic;
    }
    lock.lock();
    if (!accepting) return Enqueued::fatal;
    rkt = client->find_topic(topic);
    if (rkt == nullptr) return Enqueued::fatal;  // the client was made anew meanwhile
  }
  std::array<rd_kafka_vu_t, 6> fields{};
  fields[0].vtype = RD_KAFKA_VTYPE_RKT;
  fields[0].u.rkt = rkt;
  fields[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  fields[1].u.i = how == Value::copied ? RD_KAFKA_MSG_F_COPY : 0;
  fields[2].vtype = RD_KAFKA_VTYPE_KEY;
  fields[2].u.mem.ptr = key.empty() ? nullptr : const_cast<char*>(key.data());
  fields[2].u.mem.size = key.size();
  fields[3].vtype = RD_KAFKA_VTYPE_VALUE;
  fields[3].u.mem.ptr = value ? const_cast<void*>(bytes_of(*value)) : nullptr;
  fields[3].u.mem.size = value ? value->size() : 0;
  fields[4].vtype = RD_KAFKA_VTYPE_OPAQUE;
  fields[4].u.ptr = opaque_of(token);
  fields[5].vtype = RD_KAFKA_VTYPE_HEADERS;
  fields[5].u.headers = headers_of(headers);
  ++outstanding;  // before the thread can report it
  const Error error(rd_kafka_produceva(client->get(), fields.data(), fields.size()));
  if (!error) return Enqueued::accepted;
  --outstanding;
  rd_kafka_headers_destroy(fields[5].u.headers);
  return enqueued_of(rd_kafka_error_code(error.get()));
}

bool Producer::Impl::flush(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex);
  return drained.wait_for(lock, patience, [this] { return outstanding == 0; });
}

void Producer::Impl::have_reports_taken(std::function<void()> new_wake) {
  {
    const std::lock_guard lock(taking);
    client->wake_on_events(nullptr);  // none is called any more when this returns
    wake = std::move(new_wake);
    if (wake) client->wake_on_events(&wake);
    const std::lock_guard change(mutex);
    taken_elsewhere = static_cast<bool>(wake);
  }
  roused.notify_all();
  take_reports();  // for these nobody is woken
}

void Producer::Impl::take_reports() {
  const std::lock_guard lock(taking);
  while (Event event{rd_kafka_queue_poll(client->events(), 0)}) take(std::move(event));
}

void Producer::Impl::run() {
  while (!stopping) {
    if (taken_elsewhere) {
      rest();
    } else {
      serve(poll_patience);
    }
    const auto now = Clock::now();
    if (fatal && now >= next_rebuild) rebuild();
    if (reachable) {
      next_probe = now + probe_interval;
    } else if (now >= next_probe) {
      probe();
    }
  }
  close();
}

/// Others take the reports. Only when nobody has taken any for this long is there a look at whether
/// some were left: who is busy with them is not to wait for this thread.
void Producer::Impl::rest() {
  {
    std::unique_lock lock(mutex);
    roused.wait_for(lock, poll_patience, [this] {
      return stopping || !taken_elsewhere || (fatal && Clock::now() >= next_rebuild);
    });
  }
  bool idle = false;
  {
    const std::lock_guard lock(taking);
    idle = std::exchange(runs_seen, runs) == runs;
  }
  if (idle) take_reports();
}

void Producer::Impl::serve(std::chrono::milliseconds patience) {
  Event event(rd_kafka_queue_poll(client->events(), timeout_ms(patience)));
  if (!event) return;
  const std::lock_guard lock(taking);
  take(std::move(event));
}

/// Takes those behind it, too: one ReportsDone for many reports.
void Producer::Impl::take(Event event) {
  constexpr int events_max = 256;
  ++runs;
  std::size_t reported = 0;
  for (int i = 0; event && i < events_max; ++i) {
    reported += handle(*event);
    event.reset(rd_kafka_queue_poll(client->events(), 0));
  }
  if (event) reported += handle(*event);
  if (reported == 0) return;
  if (reports_done) reports_done();
  {
    const std::lock_guard lock(mutex);
    outstanding -= reported;
  }
  drained.notify_all();
}

/// The number of reports in it.
std::size_t Producer::Impl::handle(rd_kafka_event_t& event) {
  switch (rd_kafka_event_type(&event)) {
    case RD_KAFKA_EVENT_ERROR:
      note_error(event);
      return 0;
    case RD_KAFKA_EVENT_DR:
      break;
    default:
      return 0;
  }
  std::size_t reported = 0;
  std::size_t without_offset = 0;
  rd_kafka_resp_err_t last = RD_KAFKA_RESP_ERR_NO_ERROR;
  bool any_durable = false;
  while (const rd_kafka_message_t* message = rd_kafka_event_message_next(&event)) {
    const Delivery delivery = delivery_of(*message);
    any_durable = any_durable || delivery == Delivery::durable;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      last = message->err;
    } else if (delivery != Delivery::durable) {
      ++without_offset;
    }
    report(reinterpret_cast<std::uint64_t>(message->_private), delivery);
    ++reported;
  }
  if (any_durable) reachable = true;
  if (without_offset > 0) {
    telemetry::log_warning("kafka.delivered_without_offset", {{"records", without_offset}});
  }
  if (last != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const std::lock_guard lock(mutex);
    last_error = rd_kafka_err2str(last);
  }
  return reported;
}

void Producer::Impl::note_error(rd_kafka_event_t& event) {
  const rd_kafka_resp_err_t error = rd_kafka_event_error(&event);
  const std::lock_guard lock(mutex);
  if (rd_kafka_event_error_is_fatal(&event) != 0) {  // the code is the cause's, not _FATAL
    fatal = true;
    roused.notify_all();
  } else if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    reachable = false;
  }
  last_error = rd_kafka_event_error_string(&event);
}

void Producer::Impl::stop_accepting() {
  const std::unique_lock lock(client_mutex);
  accepting = false;
}

/// librdkafka's producer is of no use after a fatal error (#4438): report all it holds, then take a
/// new one.
void Producer::Impl::rebuild() {
  telemetry::log_error("kafka.producer_fatal", {{"outstanding", outstanding.load()}});
  stop_accepting();
  rd_kafka_purge(client->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  while (outstanding > 0 && !stopping) serve(std::chrono::milliseconds(100));
  if (stopping) return;
  next_rebuild = Clock::now() + rebuild_interval;
  try {
    auto fresh = std::make_unique<ProducerClient>(options);
    const std::lock_guard nobody_takes(taking);
    client->wake_on_events(nullptr);
    if (wake) fresh->wake_on_events(&wake);
    fatal = false;  // before anybody can hear of the new one's
    const std::unique_lock lock(client_mutex);
    client.swap(fresh);
    accepting = true;
  } catch (const std::exception& error) {
    telemetry::log_error("kafka.producer_rebuild_failed", {{"error", error.what()}});
    return;  // `fatal` stays: tried again
  }
  take_reports();  // what the new one said before it could wake anybody
  const std::lock_guard lock(mutex);
  ++rebuilt;
}

/// An idle producer would not notice that the brokers are back: nothing is delivered that could
/// tell.
void Producer::Impl::probe() {
  const rd_kafka_metadata_t* found = nullptr;
  const auto error =
      rd_kafka_metadata(client->get(), 0, nullptr, &found, timeout_ms(probe_patience));
  const Metadata metadata(found);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) reachable = true;
  next_probe = Clock::now() + probe_interval;
}

void Producer::Impl::close() {
  {
    const std::lock_guard lock(taking);
    client->wake_on_events(nullptr);
  }
  stop_accepting();
  rd_kafka_purge(client->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  const auto deadline = Clock::now() + closing_patience;
  while (outstanding > 0 && Clock::now() < deadline) serve(std::chrono::milliseconds(50));
  if (outstanding > 0) {
    telemetry::log_error("kafka.unreported_at_close", {{"records", outstanding.load()}});
  }
}

Producer::Producer(const ProducerOptions& options, Report report, ReportsDone reports_done)
    : impl_(std::make_unique<Impl>(options, std::move(report), std::move(reports_done))) {}
Producer::~Producer() = default;

Enqueued Producer::produce(std::string_view topic, std::string_view key,
                           std::optional<std::string_view> value, const events::Headers& headers,
                           std::uint64_t token) {
  return impl_->produce(topic, key, value, Impl::Value::copied, headers, token);
}

Enqueued Producer::produce(const events::OutboundRecord& record, std::uint64_t token) {
  std::optional<std::string_view> value;
  if (record.value) value = *record.value;
  return impl_->produce(record.topic, record.key, value, Impl::Value::copied, record.headers,
                        token);
}

Enqueued Producer::produce_in_place(std::string_view topic, std::string_view key,
                                    std::string_view value, const events::Headers& headers,
                                    std::uint64_t token) {
  return impl_->produce(topic, key, value, Impl::Value::in_place, headers, token);
}

void Producer::have_reports_taken(std::function<void()> wake) {
  impl_->have_reports_taken(std::move(wake));
}
void Producer::take_reports() { impl_->take_reports(); }

bool Producer::flush(std::chrono::milliseconds patience) { return impl_->flush(patience); }
std::size_t Producer::outstanding() const { return impl_->outstanding; }

ProducerHealth Producer::health() const {
  const std::lock_guard lock(impl_->mutex);
  return {impl_->reachable, impl_->last_error, impl_->rebuilt};
}

}  // namespace hookswitch::kafka
