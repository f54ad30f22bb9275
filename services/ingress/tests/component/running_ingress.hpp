#pragma once
#include "composition.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/http/client.hpp>
#include <hookswitch/kafka/producer.hpp>
#include <hookswitch/kafka/topic_reader.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::ingress {

/// A folder of one test, gone with it.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  /// Replaces the file as a whole, as an operator's tool does. Gives its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

/// The keys of every test: `default` and `aurora`.
[[nodiscard]] std::string example_workspaces();

/// Remembers the named steps in the order in which they were reached. Thread safe.
class StepLog final : public FaultPort {
 public:
  void reached(std::string_view step) override;
  [[nodiscard]] std::vector<std::string> steps() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> steps_;
};

/// The whole service in this process, on a port of its own, against the tests' Kafka with the demo
/// tenants.
class RunningIngress {
 public:
  using Change = std::function<void(IngressSettings&)>;

  /// `workspaces_file`: nothing means one with example_workspaces().
  explicit RunningIngress(const Change& change = {},
                          std::optional<std::string> workspaces_file = {});
  ~RunningIngress();
  RunningIngress(const RunningIngress&) = delete;
  RunningIngress& operator=(const RunningIngress&) = delete;

  void wait_until_ready() const;
  void stop();
  [[nodiscard]] std::uint16_t port() const { return ingress_->port(); }
  [[nodiscard]] std::string url(const std::string& path) const;
  [[nodiscard]] http::Response post(const std::string& path, const std::string& body,
                                    const http::RequestHeaders& headers) const;
  /// Signed now with the workspace's key.
  [[nodiscard]] http::Response retell(const std::string& body,
                                      const std::string& workspace = "default") const;
  [[nodiscard]] http::Response calcom(const std::string& body,
                                      const std::string& workspace = "default") const;
  [[nodiscard]] std::string metrics() { return registry_.scrape(); }
  [[nodiscard]] std::vector<std::string> steps() const { return steps_.steps(); }
  [[nodiscard]] std::string health() const { return health_.to_json(); }

 private:
  TestFolder folder_;
  telemetry::Registry registry_;
  runtime::Health health_;
  StepLog steps_;
  SystemClock clock_;
  std::unique_ptr<Ingress> ingress_;
  std::vector<runtime::Part> parts_;
};

/// The header of a Retell webhook signed now.
[[nodiscard]] http::RequestHeaders retell_headers(const std::string& body, const std::string& key);
/// What is known to the directory topic of the tests' Kafka; writes the demo tenants once.
void load_demo_tenants();
/// Writes one entity (protobuf bytes, or nothing for a tombstone) to the directory topic.
void put_entity(const std::string& key, std::optional<std::string> value);
/// Bytes of a PhoneNumber with one open ownership.
[[nodiscard]] std::string phone_number(const std::string& e164, const std::string& company);
/// A sample of contracts, byte for byte.
[[nodiscard]] std::string sample(const std::string& name);
/// A sample with its call id replaced by a fresh one, also given.
struct FreshCall {
  std::string call_id;
  std::string body;
};
[[nodiscard]] FreshCall fresh_call(const std::string& name);
/// The id in a 202.
[[nodiscard]] std::string id_in(const http::Response& response);

/// What comes onto a topic from now on.
class TopicWatch {
 public:
  using Match = std::function<bool(const events::InboundRecord&)>;

  explicit TopicWatch(std::string_view topic);
  /// The first such record, waited for at most 10 s. Valid until the next call.
  [[nodiscard]] const events::InboundRecord& wait_for(const Match& match);
  [[nodiscard]] const events::InboundRecord& wait_for_key(const std::string& key);
  [[nodiscard]] const events::InboundRecord& wait_for_id(const std::string& webhook_id);
  /// How many such records have come by now.
  [[nodiscard]] std::size_t count(const Match& match);

 private:
  void read(std::chrono::milliseconds patience);

  kafka::TopicReader reader_;
  std::vector<events::InboundRecord> seen_;
};

}  // namespace hookswitch::ingress
