#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/events/record.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hookswitch::messaging {

/// Whose a record without ce_tenantid is, when its value says so (a record of the directory names
/// its company). Called before the transaction begins; pure, does not throw; nothing: nobody's.
using TenantOf = std::function<std::optional<TenantId>(const events::InboundRecord& record)>;

/// What one consumer worker has to know. A value; the composition fills it in.
struct WorkerOptions {
  std::string
      service;  ///< "call-processing": prefix of the named steps, of dead-letter and retry topics
  std::string
      instance;       ///< "0-1" (replica, worker): group.instance.id, and the key of consumer_run
  std::string build;  ///< goes into dlq_build: the version that gave up
  /// The input topics. Their `<topic>.<service>.retry` topics are read as well.
  std::vector<std::string> topics;
  TenantOf tenant_of{};  ///< may be empty

  std::size_t batch_messages = 500;
  /// Of each partition, taken alone after a run that ended badly (docs/decisions/0008). Fewer than
  /// a batch: a poison behind them ends one run more, each of which gets as much further.
  std::size_t cautious_messages = 200;
  std::size_t batch_bytes_max = std::size_t{16} * 1024 * 1024;  ///< of values, in one transaction
  Milliseconds batch_pause{0};  ///< rest after a batch that was not full; halves a trickle's cost
  std::size_t unreported_rows_max = 1000;  ///< above it the worker waits for delivery reports
  std::size_t emitted_bytes_max =
      std::size_t{4} * 1024 * 1024;  ///< one emitted record, key and value
  int attempts_max = 3;  ///< tries alone of a message that throws, then dead letter "failed"
  int crashes_max = 2;  ///< deaths of the process while a message was alone in work, then "crashed"
  int inbox_days = 35;
  /// There are other replicas, which can do its work: who stops in order leaves the group. Else it
  /// stays a member, and nobody notices a restart (docs/decisions/0097).
  bool leaves_group = false;

  Milliseconds poll_patience{250};
  Milliseconds sweep_interval{1000};
  /// Offsets are committed at most so often while batches come: they only spare a restart what the
  /// inbox would refuse.
  Milliseconds offsets_interval{250};
  /// Idle: published rows are removed at the first look after this.
  Milliseconds removal_delay{100};
  Milliseconds backoff_first{100};
  Milliseconds backoff_max{5000};
  Milliseconds revoke_patience{2000};
};

/// What a worker tells its composition. Called on the worker's thread; must not block. All may be
/// empty.
struct WorkerEvents {
  std::function<void(std::size_t partitions)> assigned;
  std::function<void()> revoked;
  std::function<void()> committed;  ///< a transaction of handled messages, just now
  std::function<void(const std::string& why)> postgres_away;
  std::function<void()> postgres_back;
  std::function<void(const std::string& why)> kafka_away;
  std::function<void()> kafka_back;
  std::function<void(const std::string& why)>
      fatal;  ///< the worker has ended; the process should too
};

}  // namespace hookswitch::messaging
