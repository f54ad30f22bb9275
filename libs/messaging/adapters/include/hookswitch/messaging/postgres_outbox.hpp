#pragma once
#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/events/record.hpp>
#include <hookswitch/messaging/outbox_publisher.hpp>
#include <hookswitch/messaging/ports.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

/// The outbox of a service whose changes come over HTTP: no input partition's owner publishes it.
namespace hookswitch::messaging {

/// Writes rows into <schema>.outbox, in this order, as a part of the transaction. The aggregates'
/// locks are held by then, so that ids are commit order for each. Throws what execute() throws.
void append_to_outbox(postgres::Transaction& transaction, std::string_view schema,
                      const InputPartition& input, std::span<const events::OutboundRecord> records);

/// A transaction-level advisory lock, held open on a connection of its own.
[[nodiscard]] std::unique_ptr<PublishingTurn> make_postgres_turn(
    const postgres::ConnectionOptions& options, const std::string& name);

struct OutboxThreadOptions {
  OutboxPublisherOptions publisher;
  std::string brokers;
  postgres::ConnectionOptions postgres;  ///< the app role's; two connections
  std::string schema;
};

/// An OutboxPublisher on real parts, with a thread of its own. start() and stop() fit a
/// runtime::Part.
class OutboxThread {
 public:
  /// `faults` outlives it. `trouble` is called on the thread with why nothing goes out,
  /// and with an empty text when it does again.
  OutboxThread(OutboxThreadOptions options, FaultPort& faults,
               std::function<void(const std::string& why)> trouble);
  /// Stops, if nobody has.
  ~OutboxThread();
  OutboxThread(const OutboxThread&) = delete;
  OutboxThread& operator=(const OutboxThread&) = delete;

  void start();
  /// Publishes what is there, for a second at most. What is left is the next start's.
  void stop();
  /// Something has been committed. Thread safe, does not wait.
  void nudge();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::messaging
