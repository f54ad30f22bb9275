#include <hookswitch/json/writer.hpp>
#include <hookswitch/runtime/health.hpp>

#include <map>
#include <mutex>

namespace hookswitch::runtime {

struct Health::Impl {
  mutable std::mutex mutex;
  std::map<std::string, std::string> missing;
  std::map<std::string, std::int64_t> progress;
};

Health::Health() : impl_(std::make_unique<Impl>()) {}
Health::~Health() = default;

void Health::expect(const std::string& name) { set_missing(name, "not ready yet"); }

void Health::set_ready(const std::string& name) {
  const std::lock_guard lock(impl_->mutex);
  impl_->missing.erase(name);
}

void Health::set_missing(const std::string& name, const std::string& why) {
  const std::lock_guard lock(impl_->mutex);
  impl_->missing[name] = why;
}

void Health::set_progress(const std::string& name, std::int64_t value) {
  const std::lock_guard lock(impl_->mutex);
  impl_->progress[name] = value;
}

bool Health::ready() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->missing.empty();
}

std::string Health::to_json() const {
  const std::lock_guard lock(impl_->mutex);
  json::Writer writer;
  writer.begin_object().key("ready").boolean(impl_->missing.empty());
  writer.key("missing").begin_object();
  for (const auto& [name, why] : impl_->missing) writer.key(name).string(why);
  writer.end_object().key("progress").begin_object();
  for (const auto& [name, value] : impl_->progress) writer.key(name).integer(value);
  writer.end_object().end_object();
  return writer.take();
}

}  // namespace hookswitch::runtime
