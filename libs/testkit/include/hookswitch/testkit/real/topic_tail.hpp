#pragma once
#include <hookswitch/kafka/topic_reader.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hookswitch::testkit {

/// A record of a topic, its bytes copied.
struct Seen {
  std::string key;
  std::string value;
  std::map<std::string, std::string> headers;
  [[nodiscard]] std::string type() const;  ///< ce_type without the package
};

/// What has come onto a topic since this was made: tests share the topics and do not read each
/// other's past.
class TopicTail {
 public:
  TopicTail(const std::string& brokers, const std::string& topic);

  /// Everything since then, in the order of each partition; has read to what is the end now when it
  /// returns.
  const std::vector<Seen>& all();

 private:
  kafka::TopicReader reader_;
  std::vector<std::int64_t> next_;  ///< by partition
  std::vector<Seen> seen_;
};

}  // namespace hookswitch::testkit
