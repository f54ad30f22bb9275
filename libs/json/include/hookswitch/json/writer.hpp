#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hookswitch::json {

/// Writes one compact JSON text. Calls must nest properly (asserted). Not thread safe.
class Writer {
 public:
  Writer();
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  /// Bytes that are not UTF-8 are written as U+FFFD.
  Writer& string(std::string_view value);
  Writer& integer(std::int64_t value);
  Writer& boolean(bool value);
  Writer& null();
  /// Inserts JSON text that is known to be valid.
  Writer& raw(std::string_view json);

  [[nodiscard]] std::string take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::json
