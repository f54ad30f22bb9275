#include "master_key_watch.hpp"

#include "file_fingerprint.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <stdexcept>
#include <utility>

namespace hookswitch::ingress {

MasterKeyWatch::MasterKeyWatch(std::filesystem::path path, OnKeys on_keys,
                               telemetry::Registry& registry, std::chrono::milliseconds check_each)
    : path_(std::move(path)),
      on_keys_(std::move(on_keys)),
      failures_(registry.counter("hookswitch_master_keys_reload_failures_total",
                                 "Times that a changed master key file was refused")),
      watch_(check_each, [this] { check(); }) {}

void MasterKeyWatch::start() {
  // Before reading: a change while reading is then seen as one.
  seen_ = fingerprint({&path_, 1});
  auto keys = sealing::read_master_key_file(path_);
  if (!keys) throw std::runtime_error("master key file: " + keys.error().to_string());
  on_keys_(*std::move(keys));
  watch_.start();
}

void MasterKeyWatch::stop() { watch_.stop(); }

void MasterKeyWatch::check() {
  std::string now = fingerprint({&path_, 1});
  if (now == seen_) return;
  seen_ = std::move(now);
  auto keys = sealing::read_master_key_file(path_);
  if (!keys) {
    failures_.add();
    telemetry::log_error("master_keys.refused",
                         {{"where", keys.error().field}, {"reason", keys.error().message}});
    return;
  }
  telemetry::log_info("master_keys.reloaded", {{"keys", keys->ids().size()}});
  on_keys_(*std::move(keys));
}

}  // namespace hookswitch::ingress
