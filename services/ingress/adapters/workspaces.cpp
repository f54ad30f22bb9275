#include "workspaces.hpp"

#include "workspaces_file.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <sys/stat.h>

#include <memory>
#include <stdexcept>
#include <utility>

namespace hookswitch::ingress {

Workspaces::Workspaces(std::filesystem::path path, telemetry::Registry& registry,
                       std::chrono::milliseconds check_each)
    : path_(std::move(path)),
      reloads_(registry.counter("hookswitch_workspaces_reloads_total",
                                "Times that changed provider keys came into force")),
      failures_(registry.counter("hookswitch_workspaces_reload_failures_total",
                                 "Times that changed provider keys were refused")),
      files_{path_},
      watch_(check_each, [this] { check(); }) {}

void Workspaces::start() {
  // Before reading: a change while reading is then seen as one.
  seen_ = fingerprint();
  auto read = read_workspaces_file(path_);
  if (!read) throw std::runtime_error("workspaces file: " + read.error().to_string());
  files_ = std::move(read->files);
  if (files_.size() > 1) seen_.clear();  // they were not in it: read all again at the first check
  keys_.store(std::make_shared<const KeyRing>(std::move(read->keys)));
  watch_.start();
}

void Workspaces::stop() { watch_.stop(); }

void Workspaces::check() {
  std::string now = fingerprint();
  if (now == seen_) return;
  seen_ = std::move(now);
  auto read = read_workspaces_file(path_);
  if (!read) {
    failures_.add();
    telemetry::log_error("workspaces.refused",
                         {{"where", read.error().field}, {"reason", read.error().message}});
    return;
  }
  if (files_ != read->files) {
    files_ = std::move(read->files);
    seen_.clear();
  }
  if (read->keys == *keys_.load()) return;
  keys_.store(std::make_shared<const KeyRing>(std::move(read->keys)));
  reloads_.add();
  telemetry::log_info("workspaces.reloaded", {{"workspaces", keys_.load()->workspaces.size()}});
}

std::string Workspaces::fingerprint() const {
  std::string result;
  for (const auto& file : files_) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
      result += "missing;";
      continue;
    }
    for (const auto part :
         {static_cast<std::int64_t>(status.st_ino), static_cast<std::int64_t>(status.st_size),
          static_cast<std::int64_t>(status.st_mtim.tv_sec),
          static_cast<std::int64_t>(status.st_mtim.tv_nsec)}) {
      result += std::to_string(part) + ",";
    }
    result += ';';
  }
  return result;
}

}  // namespace hookswitch::ingress
