#pragma once
#include "composition.hpp"

#include <hookswitch/core/fault_port.hpp>
#include <hookswitch/http/client.hpp>
#include <hookswitch/json/document.hpp>
#include <hookswitch/testkit/real/test_database.hpp>
#include <hookswitch/testkit/real/topic_tail.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookswitch::directory::testing {

inline constexpr auto token = "a token of the tests";

/// The connection options of a role's URL.
[[nodiscard]] postgres::ConnectionOptions at(const std::string& url);

/// One HTTP request with the tests' token, unless `headers` bring another Authorization.
[[nodiscard]] http::Response ask(const std::string& method, const std::string& url,
                                 const std::string& body = {},
                                 const http::RequestHeaders& headers = {});
[[nodiscard]] std::string header_of(const http::Response& response, const std::string& name);
/// The pointers of a problem's errors, in order, separated by spaces.
[[nodiscard]] std::string pointers_of(const http::Response& response);

class RunningDirectory;
/// The ids of a list, read page by page with that limit (at most 20 pages).
[[nodiscard]] std::vector<std::vector<std::string>> ids_in_pages(const RunningDirectory& directory,
                                                                 const std::string& path,
                                                                 int limit);
/// Which parameter each query is refused for (400).
[[nodiscard]] std::vector<std::string> fields_refused(const RunningDirectory& directory,
                                                      const std::string& path,
                                                      const std::vector<std::string>& queries);

/// The real time, and what a test adds to it.
class ShiftedClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return real_.now() + shift_.load(); }
  void forward(Milliseconds time) { shift_ = shift_.load() + time; }

 private:
  SystemClock real_;
  std::atomic<Milliseconds> shift_{};
};

/// Throws at a step, once armed: what a crash of one request leaves behind.
class ThrowAt final : public FaultPort {
 public:
  void reached(std::string_view step) override;
  /// So many times from now on; `raise` throws.
  void arm(
      const std::string& step, int times = 1,
      std::function<void()> raise = [] { throw std::runtime_error("injected"); });
  bool is_armed();

 private:
  std::mutex mutex_;
  std::string step_;
  int times_ = 0;
  std::function<void()> throw_;
};

/// The whole service in this process, on the shared Kafka and a database of its own. The topic has
/// its real name, so ids are made unique and no two of these tests run beside each other.
class RunningDirectory {
 public:
  /// The database has its tables already. `start_now`: false leaves the rest to start().
  explicit RunningDirectory(bool start_now = true);
  ~RunningDirectory();
  RunningDirectory(const RunningDirectory&) = delete;
  RunningDirectory& operator=(const RunningDirectory&) = delete;

  void start();
  void stop();
  [[nodiscard]] std::string url(const std::string& path) const;
  http::Response get(const std::string& path, const http::RequestHeaders& headers = {}) const;
  http::Response put(const std::string& path, const std::string& body,
                     const http::RequestHeaders& headers = {}) const;
  http::Response post(const std::string& path, const std::string& body,
                      const http::RequestHeaders& headers = {}) const;
  http::Response remove(const std::string& path, const http::RequestHeaders& headers = {}) const;

  /// An id that no other test has: "anton-…".
  [[nodiscard]] std::string id(const std::string& stem) const { return stem + "-" + unique_; }
  /// A company of that stem, created.
  [[nodiscard]] std::string company(const std::string& stem) const;
  /// An E.164 number that no other test has.
  [[nodiscard]] std::string number() const;
  /// Waits until there are `count` records under the key since this was made; all of them.
  [[nodiscard]] std::vector<testkit::Seen> wait_for(const std::string& key, std::size_t count);
  /// The first cell of what a superuser, who sees every tenant, finds.
  [[nodiscard]] std::string seen(const std::string& sql) const;

  testkit::TestDatabase database;
  runtime::Health health;
  ThrowAt faults;
  ShiftedClock clock;
  DirectorySettings settings;
  [[nodiscard]] telemetry::Registry& registry() const;

 private:
  struct Run;
  std::string unique_;
  runtime::Shutdown shutdown_;
  std::unique_ptr<testkit::TopicTail> topic_;
  std::unique_ptr<Run> run_;
};

}  // namespace hookswitch::directory::testing
