#include "rapidjson_config.hpp"
#include "utf8.hpp"

#include <hookswitch/json/writer.hpp>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace hookswitch::json {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

std::string repaired(std::string_view value) {
  std::string out;
  while (!value.empty()) {
    const std::size_t valid = utf8_prefix(value);
    out.append(value.substr(0, valid));
    value.remove_prefix(valid);
    if (value.empty()) break;
    out.append(replacement);
    value.remove_prefix(1);
  }
  return out;
}

}  // namespace

struct Writer::Impl {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};

  template <class Write>
  void text(std::string_view value, Write write) {
    if (utf8_prefix(value) == value.size()) {
      write(value);
    } else {
      write(std::string_view(repaired(value)));
    }
  }
};

namespace {

rapidjson::SizeType size_of(std::string_view value) {
  return static_cast<rapidjson::SizeType>(value.size());
}

/// RapidJSON wants an address even for nothing.
const char* data_of(std::string_view value) { return value.empty() ? "" : value.data(); }

void expect(bool nested_properly) { RAPIDJSON_ASSERT(nested_properly); }

}  // namespace

Writer::Writer() : impl_(std::make_unique<Impl>()) {}
Writer::~Writer() = default;

Writer& Writer::begin_object() {
  expect(impl_->writer.StartObject());
  return *this;
}
Writer& Writer::end_object() {
  expect(impl_->writer.EndObject());
  return *this;
}
Writer& Writer::begin_array() {
  expect(impl_->writer.StartArray());
  return *this;
}
Writer& Writer::end_array() {
  expect(impl_->writer.EndArray());
  return *this;
}
Writer& Writer::key(std::string_view name) {
  impl_->text(name, [this](std::string_view text) {
    expect(impl_->writer.Key(data_of(text), size_of(text)));
  });
  return *this;
}
Writer& Writer::string(std::string_view value) {
  impl_->text(value, [this](std::string_view text) {
    expect(impl_->writer.String(data_of(text), size_of(text)));
  });
  return *this;
}
Writer& Writer::integer(std::int64_t value) {
  expect(impl_->writer.Int64(value));
  return *this;
}
Writer& Writer::boolean(bool value) {
  expect(impl_->writer.Bool(value));
  return *this;
}
Writer& Writer::null() {
  expect(impl_->writer.Null());
  return *this;
}
Writer& Writer::raw(std::string_view json) {
  expect(impl_->writer.RawValue(data_of(json), json.size(), rapidjson::kObjectType));
  return *this;
}

std::string Writer::take() {
  expect(impl_->writer.IsComplete());
  std::string out(impl_->buffer.GetString(), impl_->buffer.GetSize());
  impl_ = std::make_unique<Impl>();
  return out;
}

}  // namespace hookswitch::json
