#include "directory_copy.hpp"

#include "directory_entities.hpp"

#include <hookswitch/kafka/topic_reader.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace hookswitch::ingress {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view provider_key = "provider_key/";
constexpr auto connect_patience = 2000ms;
constexpr auto poll_patience = 200ms;
constexpr auto fetch_wait = 150ms;   ///< idle for good most of the time
constexpr auto pause_least = 100ms;  ///< before the next try; doubled each time
constexpr auto pause_most = 2000ms;

}  // namespace

DirectoryCopy::DirectoryCopy(DirectoryCopyOptions options, runtime::Health& health,
                             telemetry::Registry& registry)
    : options_(std::move(options)),
      health_(health),
      offset_gauge_(registry.gauge("hookswitch_directory_offset",
                                   "Last offset of the directory topic that is applied")),
      entities_gauge_(registry.gauge("hookswitch_directory_entities",
                                     "Entities in this process's copy of the directory")),
      unreadable_(registry.counter("hookswitch_directory_unreadable_total",
                                   "Directory records that could not be read")) {
  health_.expect("directory");
  health_.set_progress("directory_offset", -1);
}

DirectoryCopy::~DirectoryCopy() { stop(); }

void DirectoryCopy::start() {
  thread_ = std::thread([this] { run(); });
}

void DirectoryCopy::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void DirectoryCopy::run() {
  std::string said;
  auto pause = pause_least;
  while (!stopping_) {
    try {
      follow();
    } catch (const kafka::Unavailable& error) {
      if (!index_.load()) health_.set_missing("directory", error.what());
      if (said != error.what())
        telemetry::log_warning("directory.unavailable", {{"error", error.what()}});
      said = error.what();
    } catch (const kafka::Fatal& error) {
      telemetry::log_error("directory.reader_lost", {{"error", error.what()}});
    }
    for (auto waited = 0ms; waited < pause && !stopping_; waited += 50ms) {
      std::this_thread::sleep_for(50ms);
    }
    pause = std::min(pause * 2, pause_most);
  }
}

void DirectoryCopy::follow() {
  kafka::TopicReaderOptions reader_options;
  reader_options.brokers = options_.brokers;
  reader_options.client_id = options_.client_id;
  reader_options.topic = options_.topic;
  reader_options.fetch_wait = fetch_wait;
  kafka::TopicReader reader(reader_options, connect_patience);
  State state;
  bool complete = false;
  bool changed = false;
  while (!stopping_) {
    const auto record = reader.poll(changed && complete ? 0ms : poll_patience);
    if (record) {
      apply(state, *record);
      changed = true;
    }
    const bool newly_complete = !complete && reader.at_start_end();
    if (newly_complete || (complete && changed && !record)) {
      complete = true;
      changed = false;
      publish(state);
    }
  }
}

void DirectoryCopy::apply(State& state, const events::InboundRecord& record) {
  state.offset = record.offset;
  const std::string_view key = record.key;
  const bool sealed = key.starts_with(provider_key);
  state.sealed_keys_changed |= sealed;
  const auto applied =
      sealed ? apply_provider_key(state.sealed_keys, key.substr(provider_key.size()), record.value)
             : apply_entity(state.index, key, record.value);
  if (applied) return;
  unreadable_.add();
  // The key may be a phone number: the offset says enough to find it.
  telemetry::log_error("directory.unreadable_record",
                       {{"offset", record.offset}, {"reason", applied.error().message}});
}

void DirectoryCopy::publish(State& state) {
  if (std::exchange(state.sealed_keys_changed, false)) options_.on_sealed_keys(state.sealed_keys);
  const auto entities = state.index.size() + state.sealed_keys.size();
  index_.store(std::make_shared<const routing::DirectoryIndex>(state.index));
  offset_gauge_.set(static_cast<double>(state.offset));
  entities_gauge_.set(static_cast<double>(entities));
  health_.set_progress("directory_offset", state.offset);
  health_.set_ready("directory");
  telemetry::log_info("directory.read", {{"offset", state.offset}, {"entities", entities}});
}

}  // namespace hookswitch::ingress
