#pragma once
#include "component/running_directory.hpp"

#include <hookswitch/core/uuid.hpp>
#include <hookswitch/events/record.hpp>

#include <optional>
#include <string>
#include <vector>

namespace hookswitch::directory::testing {

/// A call as a webhook says it; what is empty is left out.
struct Call {
  std::string to_number;
  std::string agent{};
  std::string call_id = "call_1";
  std::int64_t started_ms = 1'795'421'648'400;  ///< 2026-11-23T08:14:08.4Z
};

/// A record of the topic of unresolved webhooks, and its id.
struct Parked {
  std::string id;
  events::OutboundRecord record;
};

/// A directory service with two companies and a workspace that speaks for nobody yet, beside the
/// topics on which webhooks are given back.
struct UnresolvedDesk {
  RunningDirectory directory;
  std::string workspace = directory.id("ws");
  std::string anton = directory.company("anton");
  std::string berta = directory.company("berta");
  testkit::TopicTail retell;
  testkit::TopicTail calcom;

  UnresolvedDesk();

  /// What ingress would have put on the topic.
  [[nodiscard]] Parked parked(const Call& call,
                              const std::string& reason = "unknown_to_number") const;
  [[nodiscard]] Parked parked_booking(std::int64_t event_type) const;
  /// Puts them there.
  void park(const std::vector<Parked>& webhooks) const;
  void park(const Parked& webhook) const { park(std::vector{webhook}); }
  /// The workspace speaks for these companies.
  void bind(const std::vector<std::string>& companies) const;
  void own(const std::string& number, const std::string& company) const;
  void put(const std::string& path, const std::string& body) const;

  /// Waits until the webhook waits, for that reason; the list's entry.
  std::string wait_for_waiting(const Parked& webhook, const std::string& reason) const;
  /// Waits until it is on the topic; that record.
  static testkit::Seen wait_for_given_back(testkit::TopicTail& topic, const Parked& webhook);
  /// Waits until each of them is on the topic.
  static void wait_for_all_given_back(testkit::TopicTail& topic,
                                      const std::vector<Parked>& webhooks);
  /// How often it has been on the topic.
  static std::size_t times_on(testkit::TopicTail& topic, const Parked& webhook);
  /// Each of them has been on the topic, and once.
  static bool each_once_on(testkit::TopicTail& topic, const std::vector<Parked>& webhooks);
  /// Waits until so many wait, and it is known for what.
  void wait_until_all_wait(std::size_t count) const;
  /// Waits until nothing is to be looked at, nor to be published.
  void wait_for_quiet() const;
  [[nodiscard]] http::Response release(const Parked& webhook,
                                       const std::string& company = "") const;
};

}  // namespace hookswitch::directory::testing
