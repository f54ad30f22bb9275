#include <hookswitch/json/writer.hpp>
#include <hookswitch/runtime/health.hpp>

#include <map>
#include <mutex>
#include <utility>

namespace hookswitch::runtime {

struct Health::Impl {
  mutable std::mutex mutex;
  std::map<std::string, std::string> missing;
  std::map<std::string, std::int64_t> progress;
  std::map<std::string, std::map<std::string, std::string>> facts;
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

void Health::set_facts(const std::string& name, std::map<std::string, std::string> facts) {
  const std::lock_guard lock(impl_->mutex);
  if (facts.empty()) {
    impl_->facts.erase(name);
  } else {
    impl_->facts[name] = std::move(facts);
  }
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
  writer.end_object();
  if (!impl_->facts.empty()) {
    writer.key("facts").begin_object();
    for (const auto& [name, facts] : impl_->facts) {
      writer.key(name).begin_object();
      for (const auto& [of, text] : facts) writer.key(of).string(text);
      writer.end_object();
    }
    writer.end_object();
  }
  return writer.end_object().take();
}

}  // namespace hookswitch::runtime
