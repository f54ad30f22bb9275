#include <hookswitch/testkit/fake_bus.hpp>

#include <algorithm>
#include <utility>

namespace hookswitch::testkit {

using messaging::InputPartition;
using messaging::NextOffset;

void FakeBus::create_topic(const std::string& topic, std::int32_t partitions) {
  topics_[topic].resize(static_cast<std::size_t>(partitions));
  arrivals_[topic].resize(static_cast<std::size_t>(partitions));
}

std::int32_t FakeBus::partition_of(const std::string& topic, const std::string& key) const {
  std::uint32_t hash = 2166136261U;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<std::int32_t>(hash % topics_.at(topic).size());
}

events::Position FakeBus::append(const events::OutboundRecord& record) {
  const auto partition = partition_of(record.topic, record.key);
  auto& log = topics_.at(record.topic)[static_cast<std::size_t>(partition)];
  log.push_back(record);
  arrivals_.at(record.topic)[static_cast<std::size_t>(partition)].push_back(clock_.now());
  return {record.topic, partition, static_cast<std::int64_t>(log.size()) - 1};
}

const std::vector<events::OutboundRecord>& FakeBus::log(const std::string& topic,
                                                        std::int32_t partition) const {
  return topics_.at(topic).at(static_cast<std::size_t>(partition));
}

std::int32_t FakeBus::partitions(const std::string& topic) const {
  return static_cast<std::int32_t>(topics_.at(topic).size());
}

void FakeBus::rebalance(const std::string& group) {
  auto& state = groups_[group];
  ++state.generation;
  state.dealt = false;
}

void FakeBus::heartbeat(const std::string& group, const std::string& id) {
  auto& members = groups_[group].members;
  if (const auto member = members.find(id); member != members.end()) {
    member->second.last_seen = clock_.now();
  }
}

std::int64_t FakeBus::committed(const std::string& group, const InputPartition& partition) const {
  const auto found = groups_.find(group);
  if (found == groups_.end()) return 0;
  const auto offset = found->second.committed.find(partition);
  return offset == found->second.committed.end() ? 0 : offset->second;
}

std::int64_t FakeBus::lag(const std::string& group) const {
  const auto found = groups_.find(group);
  if (found == groups_.end()) return 0;
  std::int64_t lag = 0;
  for (const auto& topic : found->second.topics) {
    for (std::int32_t p = 0; p < partitions(topic); ++p) {
      lag += static_cast<std::int64_t>(log(topic, p).size()) - committed(group, {topic, p});
    }
  }
  return lag;
}

void FakeBus::expire(Group& group) {
  const auto now = clock_.now();
  const auto gone = std::erase_if(group.members, [&](const auto& member) {
    return now - member.second.last_seen > session_timeout;
  });
  if (gone > 0) {
    ++group.generation;
    group.dealt = false;
  }
}

void FakeBus::deal(Group& group) {
  std::vector<std::string> topics;
  for (auto& [id, member] : group.members) {
    if (member.joined != group.generation) return;  // somebody has not joined yet
    member.dealt.clear();
    for (const auto& topic : member.topics) {
      if (std::find(topics.begin(), topics.end(), topic) == topics.end()) topics.push_back(topic);
    }
  }
  const auto count = group.members.size();
  for (const auto& topic : topics) {
    const auto total = static_cast<std::size_t>(partitions(topic));
    std::size_t next = 0;
    std::size_t index = 0;
    for (auto& [id, member] : group.members) {  // the range assignor
      const auto share = total / count + (index < total % count ? 1 : 0);
      for (std::size_t i = 0; i < share; ++i) {
        member.dealt.push_back({topic, static_cast<std::int32_t>(next++)});
      }
      ++index;
    }
  }
  group.dealt = true;
}

class FakeConsumer final : public messaging::BusConsumer {
 public:
  FakeConsumer(FakeBus& bus, std::string group, std::string id, std::vector<std::string> topics,
               messaging::RebalanceListener& listener)
      : bus_(bus),
        group_(std::move(group)),
        id_(std::move(id)),
        topics_(std::move(topics)),
        listener_(listener),
        client_(++bus.clients_) {}
  FakeConsumer(const FakeConsumer&) = delete;
  FakeConsumer& operator=(const FakeConsumer&) = delete;
  ~FakeConsumer() override { give_up(myself() == nullptr); }  // as the real one's close does

  std::optional<events::InboundRecord> poll(Milliseconds) override {
    keep_membership();
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < owned_.size(); ++i) {
      const auto& log = bus_.log(owned_[i].partition.topic, owned_[i].partition.partition);
      if (!owned_[i].paused && owned_[i].position < static_cast<std::int64_t>(log.size())) {
        ready.push_back(i);
      }
    }
    if (ready.empty()) return std::nullopt;
    auto& source = owned_[ready[bus_.choose ? bus_.choose(ready.size()) : turn_++ % ready.size()]];
    const auto& log = bus_.log(source.partition.topic, source.partition.partition);
    const auto offset = source.position++;
    const auto arrived = bus_.arrivals_.at(source.partition.topic)
                             .at(static_cast<std::size_t>(source.partition.partition))
                             .at(static_cast<std::size_t>(offset));
    return events::make_inbound(log[static_cast<std::size_t>(offset)], source.partition.partition,
                                offset, to_epoch_ms(arrived));
  }

  void commit_async(std::span<const NextOffset> next) override {
    auto* member = myself();
    if (member == nullptr || (bus_.lose_commit && bus_.lose_commit())) return;
    store(next, *member);
  }

  void commit_sync(std::span<const NextOffset> next) override {
    auto* member = myself();
    if (member == nullptr) throw messaging::BusUnavailable("not a member of this generation");
    if (bus_.lose_commit && bus_.lose_commit()) throw messaging::BusUnavailable("injected");
    store(next, *member);
  }

  void pause(std::span<const InputPartition> partitions) override { set_paused(partitions, true); }
  void resume(std::span<const InputPartition> partitions) override {
    set_paused(partitions, false);
  }

  std::vector<NextOffset> lag() override {
    std::vector<NextOffset> lag;
    for (const auto& source : owned_) {
      const auto end = bus_.log(source.partition.topic, source.partition.partition).size();
      lag.push_back({source.partition, static_cast<std::int64_t>(end) - source.position});
    }
    return lag;
  }

  void leave() override {
    auto& members = bus_.groups_[group_].members;
    const auto found = members.find(id_);
    const bool mine = found != members.end() && found->second.client == client_;
    give_up(myself() == nullptr);
    if (!mine) return;  // a successor's place is not ours to leave
    members.erase(found);
    bus_.rebalance(group_);
  }

 private:
  struct Source {
    InputPartition partition;
    std::int64_t position = 0;
    bool paused = false;
  };

  /// The group's entry, when it is this client's and of the generation that this client has its
  /// partitions from.
  FakeBus::Member* myself() {
    auto& members = bus_.groups_[group_].members;
    const auto found = members.find(id_);
    if (found == members.end() || found->second.client != client_) return nullptr;
    return found->second.joined == generation_ ? &found->second : nullptr;
  }

  void store(std::span<const NextOffset> next, const FakeBus::Member&) {
    auto& committed = bus_.groups_[group_].committed;
    for (const auto& offset : next) {
      if (bus_.committing) bus_.committing(offset);
      committed[offset.partition] = offset.offset;
    }
  }

  void keep_membership() {
    auto& group = bus_.groups_[group_];
    bus_.expire(group);
    auto found = group.members.find(id_);
    if (found != group.members.end() && found->second.client != client_) {
      if (joined_once_) throw messaging::BusFatal("another member has this id");
      found->second.client = client_;  // the restarted process takes the place and the partitions
      found->second.topics = topics_;
      found->second.joined = group.dealt ? group.generation : 0;
    } else if (found == group.members.end()) {
      give_up(true);
      FakeBus::Member member;
      member.client = client_;
      member.topics = topics_;
      found = group.members.emplace(id_, std::move(member)).first;
      ++group.generation;
      group.dealt = false;
    }
    joined_once_ = true;
    found->second.last_seen = bus_.clock_.now();
    if (found->second.joined != group.generation) {
      give_up(false);
      found->second.joined = group.generation;
      bus_.deal(group);
    }
    if (group.dealt && generation_ != group.generation) take(found->second, group);
  }

  void take(const FakeBus::Member& member, const FakeBus::Group& group) {
    generation_ = group.generation;
    owned_.clear();
    for (const auto& partition : member.dealt) {
      const auto committed = group.committed.find(partition);
      owned_.push_back({partition, committed == group.committed.end() ? 0 : committed->second});
    }
    if (!member.dealt.empty()) listener_.on_assigned(member.dealt);
  }

  void give_up(bool lost) {
    if (owned_.empty()) return;
    std::vector<InputPartition> partitions;
    partitions.reserve(owned_.size());
    for (const auto& source : owned_) partitions.push_back(source.partition);
    listener_.on_revoked(partitions, lost);
    owned_.clear();
  }

  void set_paused(std::span<const InputPartition> partitions, bool paused) {
    for (auto& source : owned_) {
      if (std::find(partitions.begin(), partitions.end(), source.partition) != partitions.end()) {
        source.paused = paused;
      }
    }
  }

  FakeBus& bus_;
  std::string group_;
  std::string id_;
  std::vector<std::string> topics_;
  messaging::RebalanceListener& listener_;
  std::uint64_t client_;
  std::uint64_t generation_ = 0;
  bool joined_once_ = false;
  std::vector<Source> owned_;
  std::size_t turn_ = 0;
};

class FakeProducer final : public messaging::BusProducer {
 public:
  explicit FakeProducer(FakeBus& bus) : bus_(bus) {}
  ~FakeProducer() override {
    if (in_flight_.empty() || !bus_.landing) return;
    std::ignore = land(bus_.landing(in_flight_.size(), true));
  }

  messaging::Enqueued produce(const events::OutboundRecord& record, std::uint64_t token) override {
    if (!bus_.topics_.contains(record.topic)) return messaging::Enqueued::refused;
    if (record.value && record.value->size() > bus_.message_bytes_max) {
      return messaging::Enqueued::refused;
    }
    if (!failed_.empty() || in_flight_.size() >= bus_.queue_max) return messaging::Enqueued::full;
    in_flight_.emplace_back(record, token);
    return messaging::Enqueued::accepted;
  }

  std::vector<messaging::Report> reports(Milliseconds) override {
    if (!failed_.empty()) return some_failures();
    if (in_flight_.empty()) return {};
    return land(bus_.landing ? bus_.landing(in_flight_.size(), false) : Landing{in_flight_.size()});
  }

  [[nodiscard]] bool reachable() const override { return true; }

 private:
  std::vector<messaging::Report> land(const Landing& landing) {
    std::vector<messaging::Report> reports;
    const auto durable = std::min(landing.durable, in_flight_.size());
    for (std::size_t i = 0; i < durable; ++i) {
      bus_.append(in_flight_.front().first);
      reports.push_back({in_flight_.front().second, messaging::Reported::durable});
      in_flight_.pop_front();
    }
    if (!landing.rest_fails) return reports;
    bool first = true;
    while (!in_flight_.empty()) {
      const bool doubt = std::exchange(first, false) && landing.first_in_doubt;
      if (doubt && landing.first_persisted) bus_.append(in_flight_.front().first);
      failed_.push_back({in_flight_.front().second,
                         doubt ? messaging::Reported::in_doubt : messaging::Reported::not_sent});
      in_flight_.pop_front();
    }
    return reports;
  }

  /// Failures need not all be reported at once.
  std::vector<messaging::Report> some_failures() {
    const auto count = bus_.choose ? 1 + bus_.choose(failed_.size()) : failed_.size();
    std::vector<messaging::Report> reports(failed_.begin(),
                                           failed_.begin() + static_cast<std::ptrdiff_t>(count));
    failed_.erase(failed_.begin(), failed_.begin() + static_cast<std::ptrdiff_t>(count));
    return reports;
  }

  FakeBus& bus_;
  std::deque<std::pair<events::OutboundRecord, std::uint64_t>> in_flight_;
  std::deque<messaging::Report> failed_;
};

std::unique_ptr<messaging::BusConsumer> FakeBus::join(const std::string& group,
                                                      const std::string& id,
                                                      std::vector<std::string> topics,
                                                      messaging::RebalanceListener& listener) {
  groups_[group].topics.insert(topics.begin(), topics.end());
  return std::make_unique<FakeConsumer>(*this, group, id, std::move(topics), listener);
}

std::unique_ptr<messaging::BusProducer> FakeBus::producer() {
  return std::make_unique<FakeProducer>(*this);
}

}  // namespace hookswitch::testkit
