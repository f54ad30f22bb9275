#include <hookswitch/messaging/worker_health.hpp>

namespace hookswitch::messaging {

WorkerHealth::WorkerHealth(runtime::Health& health, std::size_t workers)
    : health_(health), workers_(workers) {
  health_.expect("postgres");
  health_.expect("kafka");
}

void WorkerHealth::postgres_away(const std::string& why) { health_.set_missing("postgres", why); }
void WorkerHealth::postgres_ready() { health_.set_ready("postgres"); }

messaging::WorkerEvents WorkerHealth::events() {
  messaging::WorkerEvents events;
  events.assigned = [this](std::size_t) {
    const std::lock_guard lock(mutex_);
    if (assigned_ < workers_) ++assigned_;
    kafka_away_ = false;
    show_kafka();
  };
  events.revoked = [this] {
    const std::lock_guard lock(mutex_);
    if (assigned_ > 0) --assigned_;
    show_kafka();
  };
  events.kafka_away = [this](const std::string& why) {
    const std::lock_guard lock(mutex_);
    kafka_away_ = true;
    health_.set_missing("kafka", why);
  };
  events.kafka_back = [this] {
    const std::lock_guard lock(mutex_);
    kafka_away_ = false;
    show_kafka();
  };
  events.postgres_away = [this](const std::string& why) { postgres_away(why); };
  events.postgres_back = [this] { postgres_ready(); };
  return events;
}

void WorkerHealth::show_kafka() {
  if (kafka_away_) return;
  if (assigned_ == workers_) {
    health_.set_ready("kafka");
  } else {
    health_.set_missing("kafka", "waiting for partitions: " + std::to_string(assigned_) + " of " +
                                     std::to_string(workers_) + " workers have theirs");
  }
}

}  // namespace hookswitch::messaging
