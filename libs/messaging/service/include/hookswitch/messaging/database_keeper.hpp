#pragma once
#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/postgres/migrations.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hookswitch::messaging {

/// Brings the database into shape before anything works on it, and keeps it so: migrations and
/// checks at start, waiting for a server that is away; the tables' upkeep once a day. A thread of
/// its own that sleeps almost always.
class DatabaseKeeper {
 public:
  struct Options {
    std::string schema;  ///< its roles are <schema>_owner and <schema>_app
    /// The service's own, which follow the runtime's 0001.
    std::vector<postgres::Migration> migrations;
    std::vector<std::string> unguarded_tables;  ///< see require_guarded_tenants()
    postgres::ConnectionOptions app;
    std::optional<postgres::ConnectionOptions> owner;  ///< nothing: no migrations, no upkeep
    /// What the tables need after the migrations and once a day, on the owner's connection (empty:
    /// nothing). When it throws at start, the service does not start; later it is tried again.
    std::function<void(postgres::Connection& owner)> upkeep;
    std::int64_t replicas = 1;
    std::int64_t workers = 1;
  };
  struct Events {
    std::function<void()> ready;                        ///< once: the work may begin
    std::function<void(const std::string& why)> away;   ///< still waiting
    std::function<void(const std::string& why)> wrong;  ///< the process should end
  };

  DatabaseKeeper(Options options, Events events);
  ~DatabaseKeeper();
  DatabaseKeeper(const DatabaseKeeper&) = delete;
  DatabaseKeeper& operator=(const DatabaseKeeper&) = delete;

  /// Tries once before it returns: throws std::runtime_error, or std::invalid_argument for a
  /// malformed URL, with a sentence when something is wrong that waiting does not mend. `ready` may
  /// be called before it returns, or later from the thread.
  void start();
  void stop();

 private:
  bool try_prepare();
  void prepare();
  void run(bool prepared);
  bool wait(std::chrono::milliseconds time);
  void keep_up(const postgres::ConnectionOptions& options);

  const Options options_;
  const Events events_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  bool away_ = false;  ///< said in the log already; start() uses it, then only the thread
  std::thread thread_;
};

}  // namespace hookswitch::messaging
