#pragma once
#include "sealed_keys.hpp"
#include "snapshot.hpp"

#include <hookswitch/events/record.hpp>
#include <hookswitch/routing/directory_index.hpp>
#include <hookswitch/runtime/health.hpp>
#include <hookswitch/telemetry/metrics.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace hookswitch::ingress {

struct DirectoryCopyOptions {
  std::string brokers;
  std::string client_id;
  std::string topic;
  /// Is given the sealed provider keys once the topic has been read, before index() shows it, and
  /// whenever one of them has changed. Called on the copy's thread; must not throw.
  std::function<void(const SealedKeys&)> on_sealed_keys;
};

/// Keeps this process's copy of the directory topic: reads it from the beginning on a thread of its
/// own, then follows it. Says "directory" and "directory_offset" (the last offset applied) to
/// Health. A lost reader starts again from the beginning beside the copy that is in use.
class DirectoryCopy {
 public:
  DirectoryCopy(DirectoryCopyOptions options, runtime::Health& health,
                telemetry::Registry& registry);
  ~DirectoryCopy();
  DirectoryCopy(const DirectoryCopy&) = delete;
  DirectoryCopy& operator=(const DirectoryCopy&) = delete;

  void start();
  void stop();
  /// Empty until the topic has been read to the end that it had at the start. Thread safe.
  [[nodiscard]] const Snapshot<routing::DirectoryIndex>& index() const { return index_; }

 private:
  void run();
  /// Reads until stopped. Throws kafka::Unavailable or kafka::Fatal.
  void follow();
  /// What has been read so far.
  struct State {
    routing::DirectoryIndex index;
    SealedKeys sealed_keys;
    bool sealed_keys_changed = true;  ///< since they were last published
    std::int64_t offset = -1;         ///< of the last record
  };
  void apply(State& state, const events::InboundRecord& record);
  void publish(State& state);

  const DirectoryCopyOptions options_;
  runtime::Health& health_;
  telemetry::Gauge offset_gauge_;
  telemetry::Gauge entities_gauge_;
  telemetry::Counter unreadable_;
  Snapshot<routing::DirectoryIndex> index_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace hookswitch::ingress
