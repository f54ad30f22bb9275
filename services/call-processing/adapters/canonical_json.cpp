#include "adapters/canonical_json.hpp"

#include <hookswitch/json/writer.hpp>

#include <algorithm>

namespace hookswitch::call_processing {
namespace {

// Recursion is bounded by the depth that the parser lets through (64).
void write(const json::Value& value, json::Writer& to) {
  switch (value.kind()) {
    case json::Value::Kind::absent:
    case json::Value::Kind::null:
      to.null();
      return;
    case json::Value::Kind::boolean:
    case json::Value::Kind::number:
      to.raw(value.raw_json());
      return;
    case json::Value::Kind::string:
      to.string(value.string().value());
      return;
    case json::Value::Kind::array: {
      to.begin_array();
      for (std::size_t i = 0; i < value.size(); ++i) write(value.at(i), to);
      to.end_array();
      return;
    }
    case json::Value::Kind::object: {
      auto names = value.member_names();
      std::sort(names.begin(), names.end());
      names.erase(std::unique(names.begin(), names.end()), names.end());
      to.begin_object();
      for (const auto name : names) {
        to.key(name);
        write(value[name], to);
      }
      to.end_object();
      return;
    }
  }
}

}  // namespace

std::string canonical_json(const json::Value& value) {
  json::Writer writer;
  write(value, writer);
  return writer.take();
}

}  // namespace hookswitch::call_processing
