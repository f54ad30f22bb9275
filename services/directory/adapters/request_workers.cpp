#include "adapters/request_workers.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <typeinfo>
#include <utility>

namespace hookswitch::directory {
namespace {

http::Response away() {
  return http::retry_later(503, "The database is away", "Please send the request again.", 1);
}

http::Response answer(const RequestWorkers::Job& job, const http::Request& request,
                      DirectoryDatabase& database) {
  try {
    database.revive();
    return job(request, database);
  } catch (const postgres::Unavailable& error) {
    telemetry::log_warning("postgres.away", {{"error", error.what()}});
    return away();
  } catch (const postgres::Conflict&) {
    return away();
  } catch (const postgres::StatementError& error) {
    telemetry::log_error("request.failed", {{"sqlstate", error.sqlstate()}});
  } catch (const std::exception& error) {
    telemetry::log_error("request.failed", {{"exception", typeid(error).name()}});
  }
  return http::problem(500, "Internal error", "The request failed here.");
}

}  // namespace

RequestWorkers::RequestWorkers(std::size_t threads, std::size_t waiting_max,
                               std::function<std::unique_ptr<DirectoryDatabase>()> database)
    : threads_wanted_(threads), waiting_max_(waiting_max), make_database_(std::move(database)) {}

RequestWorkers::~RequestWorkers() { stop(); }

void RequestWorkers::start() {
  for (std::size_t i = 0; i < threads_wanted_; ++i) {
    threads_.emplace_back([this] { run(); });
  }
}

void RequestWorkers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  some_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void RequestWorkers::submit(const http::Responder& responder, Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && waiting_.size() < waiting_max_) {
      waiting_.push_back({responder, std::move(job)});
      some_.notify_one();
      return;
    }
  }
  responder.respond(
      http::retry_later(503, "Too busy", "Please send the request again in a moment.", 1));
}

void RequestWorkers::run() {
  const auto database = make_database_();
  while (true) {
    std::unique_lock lock(mutex_);
    some_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    // Whoever has been told that it took too long asks again.
    if (!next.responder.pending()) continue;
    next.responder.respond(answer(next.job, next.responder.request(), *database));
  }
}

}  // namespace hookswitch::directory
