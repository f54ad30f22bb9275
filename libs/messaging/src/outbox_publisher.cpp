#include <hookswitch/messaging/batch.hpp>
#include <hookswitch/messaging/outbox_publisher.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <stdexcept>
#include <utility>

namespace hookswitch::messaging {

OutboxPublisher::OutboxPublisher(OutboxPublisherOptions options, Store& store,
                                 BusProducer& producer, PublishingTurn& turn, const Clock& timer,
                                 FaultPort& faults)
    : options_(std::move(options)),
      store_(store),
      producer_(producer),
      turn_(turn),
      timer_(timer),
      faults_(faults),
      machine_(options_.publisher) {}

void OutboxPublisher::look() {
  look_wanted_ = true;
  if (has_turn_) machine_.look(now());
}

bool OutboxPublisher::step() {
  if (now() < not_before_) return false;
  try {
    if (!has_turn_ && !begin_turn()) return false;
    return work();
  } catch (const StoreUnavailable& error) {
    lose_turn(error);
  } catch (const StoreError& error) {
    lose_turn(error);
  } catch (const StoreConflict& error) {
    lose_turn(error);
  } catch (const std::exception& error) {
    // Whatever it is, nobody else would hear of it: this is a thread of its own.
    lose_turn(std::runtime_error(error_code_of(error)));
  }
  return false;
}

bool OutboxPublisher::begin_turn() {
  if (!look_wanted_ && now() < next_sweep_) return false;
  look_wanted_ = false;
  next_sweep_ = now() + options_.publisher.sweep_interval;
  // Whoever has the turn sweeps as often, and so finds what this process has just committed.
  if (!turn_.take()) return false;
  trouble_.clear();
  has_turn_ = true;
  next_keep_ = now() + options_.keep_interval;
  machine_.look(now());
  return true;
}

void OutboxPublisher::end_turn() {
  has_turn_ = false;
  machine_.forget();
  turn_.give_back();
}

/// False when the turn has come to its end.
bool OutboxPublisher::work() {
  if (now() >= next_keep_) {
    turn_.keep();
    next_keep_ = now() + options_.keep_interval;
  }
  take_reports(Milliseconds{0});
  const auto action = machine_.next(now());
  if (std::holds_alternative<PublisherMachine::Nothing>(action)) {
    const bool done = machine_.unreported() == 0 && machine_.removable().empty();
    if (done && !machine_.load_due()) {
      end_turn();
      return false;
    }
    take_reports(options_.report_patience);
    return machine_.in_flight() > 0;
  }
  if (const auto* rows = std::get_if<PublisherMachine::Produce>(&action)) perform(*rows);
  if (const auto* load = std::get_if<PublisherMachine::Load>(&action)) perform(*load);
  if (const auto* removal = std::get_if<PublisherMachine::Remove>(&action)) perform(*removal);
  return true;
}

void OutboxPublisher::take_reports(Milliseconds patience) {
  if (machine_.in_flight() == 0) return;
  const auto reports = producer_.reports(patience);
  for (const auto& report : reports) machine_.reported(report, now());
  if (!reports.empty()) reached("reported");
}

void OutboxPublisher::perform(const PublisherMachine::Produce& action) {
  std::size_t accepted = 0;
  auto answer = Enqueued::accepted;
  for (const auto& [token, row] : action.rows) {
    answer = producer_.produce(row->record, token);
    if (answer != Enqueued::accepted) break;
    ++accepted;
  }
  if (answer == Enqueued::refused) {
    const auto* row = action.rows[accepted].second;
    trouble_ = "Kafka refuses an outbox row for " + row->record.topic;
    telemetry::log_error("outbox.row_refused", {{"topic", row->record.topic}, {"row", row->id}});
  }
  machine_.produced(accepted, answer == Enqueued::refused, now());
  reached("produced");
}

void OutboxPublisher::perform(const PublisherMachine::Load& /*action*/) {
  auto rows = store_.load_outbox(std::span(&options_.input, 1), machine_.known(),
                                 options_.publisher.unreported_rows_max, options_.page_bytes_max);
  const bool more = !rows.empty();
  machine_.loaded(std::move(rows), more, now());
  reached("loaded");
}

void OutboxPublisher::perform(const PublisherMachine::Remove& action) {
  store_.remove_outbox(action.ids);
  machine_.removed(action.ids);
  reached("removed");
}

/// Rows in the producer's hands go out all the same; the next turn finds them in the table and says
/// them again, in order.
void OutboxPublisher::lose_turn(const std::exception& error) {
  if (trouble_ != error.what()) telemetry::log_warning("outbox.away", {{"error", error.what()}});
  trouble_ = error.what();
  machine_.forget();
  look_wanted_ = true;
  not_before_ = now() + options_.publisher.sweep_interval;
  if (!std::exchange(has_turn_, false)) return;
  try {
    turn_.give_back();
  } catch (const std::exception& again) {
    telemetry::log_warning("outbox.turn_not_given_back", {{"error", again.what()}});
  }
}

void OutboxPublisher::reached(const char* step) {
  faults_.reached(options_.service + ".outbox_" + step);
}

}  // namespace hookswitch::messaging
