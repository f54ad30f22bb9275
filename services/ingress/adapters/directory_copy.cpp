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
  DirectoryIndex index;
  std::int64_t offset = -1;
  bool complete = false;
  bool changed = false;
  while (!stopping_) {
    const auto record = reader.poll(changed && complete ? 0ms : poll_patience);
    if (record) {
      apply(index, *record);
      offset = record->offset;
      changed = true;
    }
    const bool newly_complete = !complete && reader.at_start_end();
    if (newly_complete || (complete && changed && !record)) {
      complete = true;
      changed = false;
      publish(index, offset);
    }
  }
}

void DirectoryCopy::apply(DirectoryIndex& index, const events::InboundRecord& record) {
  const auto applied = apply_entity(index, record.key, record.value);
  if (applied) return;
  unreadable_.add();
  // The key may be a phone number: the offset says enough to find it.
  telemetry::log_error("directory.unreadable_record",
                       {{"offset", record.offset}, {"reason", applied.error().message}});
}

void DirectoryCopy::publish(const DirectoryIndex& index, std::int64_t offset) {
  index_.store(std::make_shared<const DirectoryIndex>(index));
  offset_gauge_.set(static_cast<double>(offset));
  entities_gauge_.set(static_cast<double>(index.size()));
  health_.set_progress("directory_offset", offset);
  health_.set_ready("directory");
  telemetry::log_info("directory.read", {{"offset", offset}, {"entities", index.size()}});
}

}  // namespace hookswitch::ingress
