#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookswitch::testkit {

/// Topics of one test on the shared Kafka, under unique names; deleted at the end. One thread uses
/// it.
class TestTopics {
 public:
  TestTopics();
  ~TestTopics();
  TestTopics(const TestTopics&) = delete;
  TestTopics& operator=(const TestTopics&) = delete;

  [[nodiscard]] const std::string& brokers() const { return brokers_; }
  /// Makes `<hint>_<unique>` and waits until the broker describes it; max.message.bytes is HTTP cap
  /// + 64 KiB unless `config` says otherwise. Gives the name.
  std::string create(std::string_view hint, std::int32_t partitions = 1,
                     std::vector<std::pair<std::string, std::string>> config = {});
  /// The same under exactly this name.
  void create_named(const std::string& name, std::int32_t partitions = 1,
                    std::vector<std::pair<std::string, std::string>> config = {});

 private:
  std::string brokers_;
  std::vector<std::string> names_;
};

}  // namespace hookswitch::testkit
