#include <hookswitch/messaging/publisher_machine.hpp>

#include <algorithm>

namespace hookswitch::messaging {

PublisherMachine::Action PublisherMachine::next(TimePoint now) {
  if (now < quiet_until_) return Nothing{};
  if (draining_ && flying_.empty()) draining_ = false;
  if (!draining_ && !queued_.empty()) {
    Produce produce;
    offered_.clear();
    for (const auto& [id, row] : queued_) {
      produce.rows.emplace_back(++last_token_, &row);
      offered_.push_back(id);
    }
    return produce;
  }
  if (queued_.empty() && has_room() && (load_wanted_ || now >= next_sweep_)) return Load{};
  const bool due = published_since_ && now >= *published_since_ + options_.removal_delay;
  if (!published_.empty() && (due || published_.size() >= options_.removal_rows_max)) {
    return Remove{removable()};
  }
  return Nothing{};
}

void PublisherMachine::look(TimePoint now) {
  load_wanted_ = true;
  next_sweep_ = now;
}

void PublisherMachine::forget() {
  queued_.clear();
  flying_.clear();
  tokens_.clear();
  published_.clear();
  offered_.clear();
  published_since_.reset();
  load_wanted_ = false;
  draining_ = false;
  blocked_ = false;
}

void PublisherMachine::committed(std::vector<OutboxRow> rows, bool strangers) {
  if (strangers) load_wanted_ = true;
  if (load_wanted_) return;
  for (auto& row : rows) {
    const auto id = row.id;
    queued_.emplace(id, std::move(row));
  }
}

void PublisherMachine::produced(std::size_t accepted, bool refused, TimePoint now) {
  const auto first_token = last_token_ - offered_.size() + 1;
  for (std::size_t i = 0; i < accepted; ++i) {
    auto node = queued_.extract(offered_[i]);
    const auto token = first_token + i;
    tokens_.emplace(token, node.key());
    flying_.emplace(node.key(), Flying{token, std::move(node.mapped())});
  }
  blocked_ = refused;
  if (accepted < offered_.size()) back_off(now);
  offered_.clear();
}

void PublisherMachine::reported(const Report& report, TimePoint now) {
  const auto token = tokens_.find(report.token);
  if (token == tokens_.end()) return;  // forgotten: its partitions went to another worker
  auto node = flying_.extract(token->second);
  tokens_.erase(token);
  if (report.reported == Reported::durable) {
    published_.insert(node.key());
    failures_ = 0;
    if (!published_since_) published_since_ = now;
    return;
  }
  queued_.emplace(node.key(), std::move(node.mapped().row));
  if (!draining_) back_off(now);
  draining_ = true;
}

void PublisherMachine::loaded(std::vector<OutboxRow> rows, bool more, TimePoint now) {
  load_wanted_ = more;
  next_sweep_ = now + options_.sweep_interval;
  for (auto& row : rows) {
    const auto id = row.id;
    if (flying_.contains(id) || published_.contains(id)) continue;
    queued_.emplace(id, std::move(row));
  }
}

void PublisherMachine::removed(std::span<const std::int64_t> ids) {
  for (const auto id : ids) published_.erase(id);
  if (published_.empty()) published_since_.reset();
}

void PublisherMachine::store_failed(TimePoint now) { back_off(now); }

std::vector<std::int64_t> PublisherMachine::removable() const {
  return {published_.begin(), published_.end()};
}

std::vector<std::int64_t> PublisherMachine::known() const {
  std::vector<std::int64_t> ids(published_.begin(), published_.end());
  for (const auto& [id, row] : queued_) ids.push_back(id);
  for (const auto& [id, flying] : flying_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

void PublisherMachine::back_off(TimePoint now) {
  auto pause = options_.backoff_first;
  for (int i = 0; i < failures_ && pause < options_.backoff_max; ++i) pause *= 2;
  quiet_until_ = now + std::min(pause, options_.backoff_max);
  ++failures_;
}

}  // namespace hookswitch::messaging
