#pragma once
#include <hookswitch/events/record.hpp>

#include <functional>
#include <string>
#include <vector>

namespace hookswitch::cli {

/// Hands out everything that is in a topic now, partition by partition in offset order. Throws
/// kafka::Unavailable.
void read_whole_topic(const std::string& brokers, const std::string& topic,
                      const std::function<void(const events::InboundRecord&)>& take);

/// Writes the records and waits for every report: true for each that is durable. Throws
/// kafka::Unavailable when one cannot even be queued.
[[nodiscard]] std::vector<bool> write_records(const std::string& brokers,
                                              const std::vector<events::OutboundRecord>& records);

/// The offset after the last record of a topic with one partition. Throws kafka::Unavailable.
[[nodiscard]] std::int64_t end_of(const std::string& brokers, const std::string& topic);

}  // namespace hookswitch::cli
