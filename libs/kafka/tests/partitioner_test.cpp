#include "fixtures.hpp"

#include <catch2/catch.hpp>
#include <librdkafka/rdkafka.h>

namespace hookswitch::kafka {
namespace {

struct Vector {
  const char* key;
  std::int32_t murmur2;  // org.apache.kafka.common.utils.UtilsTest.testMurmur2
};
constexpr std::array vectors{Vector{"21", -973932308},
                             Vector{"foobar", -790332482},
                             Vector{"a-little-bit-long-string", -985981536},
                             Vector{"a-little-bit-longer-string", -1486304829},
                             Vector{"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
                             Vector{"abc", 479470107}};

/// As Java's BuiltInPartitioner: toPositive(murmur2(key)) % partitions.
std::int32_t java_partition(std::int32_t hash, std::int32_t partitions) {
  return (hash & 0x7fffffff) % partitions;
}

TEST_CASE("A key lies in the partition where Java's clients look for it") {
  constexpr std::int32_t partitions = 12;
  testkit::TestTopics topics;
  const auto topic = topics.create("murmur2", partitions);
  Sender sender(topics.brokers());
  for (const auto& [key, hash] : vectors)
    REQUIRE(sender.send(record_for(topic, key, "v")) == Delivery::durable);
  const auto records = read_all(topics.brokers(), topic);
  REQUIRE(records.size() == vectors.size());
  for (const auto& record : records) {
    const auto known = std::find_if(vectors.begin(), vectors.end(),
                                    [&](const Vector& v) { return record.key == v.key; });
    REQUIRE(known != vectors.end());
    CAPTURE(std::string(record.key));
    CHECK(record.partition == java_partition(known->murmur2, partitions));
  }
}

}  // namespace
}  // namespace hookswitch::kafka
