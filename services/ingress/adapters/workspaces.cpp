#include "workspaces.hpp"

#include "file_fingerprint.hpp"
#include "workspaces_file.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <stdexcept>
#include <utility>

namespace hookswitch::ingress {

Workspaces::Workspaces(std::filesystem::path path, OnKeys on_keys, telemetry::Registry& registry,
                       std::chrono::milliseconds check_each)
    : path_(std::move(path)),
      on_keys_(std::move(on_keys)),
      reloads_(registry.counter("hookswitch_workspaces_reloads_total",
                                "Times that changed provider keys came into force")),
      failures_(registry.counter("hookswitch_workspaces_reload_failures_total",
                                 "Times that changed provider keys were refused")),
      files_{path_},
      watch_(check_each, [this] { check(); }) {}

void Workspaces::start() {
  // Before reading: a change while reading is then seen as one.
  seen_ = fingerprint(files_);
  auto read = read_workspaces_file(path_);
  if (!read) throw std::runtime_error("workspaces file: " + read.error().to_string());
  files_ = std::move(read->files);
  if (files_.size() > 1) seen_.clear();  // they were not in it: read all again at the first check
  keys_ = std::move(read->keys);
  on_keys_(keys_);
  watch_.start();
}

void Workspaces::stop() { watch_.stop(); }

void Workspaces::check() {
  std::string now = fingerprint(files_);
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
  if (read->keys == keys_) return;
  keys_ = std::move(read->keys);
  on_keys_(keys_);
  reloads_.add();
  telemetry::log_info("workspaces.reloaded", {{"workspaces", keys_.workspaces.size()}});
}

}  // namespace hookswitch::ingress
