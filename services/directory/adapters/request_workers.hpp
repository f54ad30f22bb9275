#pragma once
#include "adapters/directory_database.hpp"

#include <hookswitch/http/server.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace hookswitch::directory {

/// The threads on which requests wait for the database, so that the HTTP server's own never do.
/// Each has a connection of its own. Thread safe.
class RequestWorkers {
 public:
  using Job = std::function<http::Response(const http::Request&, DirectoryDatabase&)>;

  /// `database` makes one for each thread. At most `waiting_max` requests wait; more get 503.
  RequestWorkers(std::size_t threads, std::size_t waiting_max,
                 std::function<std::unique_ptr<DirectoryDatabase>()> database);
  ~RequestWorkers();
  RequestWorkers(const RequestWorkers&) = delete;
  RequestWorkers& operator=(const RequestWorkers&) = delete;

  void start();
  /// Finishes what waits.
  void stop();
  /// Answers with what `job` gives; 503 when the database is away, 500 for any other exception.
  void submit(const http::Responder& responder, Job job);

 private:
  struct Waiting {
    http::Responder responder;
    Job job;
  };
  void run();

  const std::size_t threads_wanted_;
  const std::size_t waiting_max_;
  const std::function<std::unique_ptr<DirectoryDatabase>()> make_database_;
  std::mutex mutex_;
  std::condition_variable some_;
  std::deque<Waiting> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace hookswitch::directory
