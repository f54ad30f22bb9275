#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/json/routing.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::routing {

/// The few fields of a webhook that routing looks at, read by JSON pointer.
class RoutingFields {
 public:
  /// Validates the whole text. A Rejection when it is not JSON or not UTF-8, or when a member on
  /// the way to one of the pointers occurs twice. The pointers' texts must outlive the result.
  /// Pure.
  [[nodiscard]] static Result<RoutingFields> read(std::string_view body,
                                                  std::span<const std::string_view> pointers);

  /// True when the field is an object. `index` is the pointer's place in the list.
  [[nodiscard]] bool is_object(std::size_t index) const;
  /// True when the field is absent or null.
  [[nodiscard]] bool is_empty(std::size_t index) const;
  /// A text of at most `bytes_max` bytes without control characters; empty when absent or null;
  /// else a Rejection.
  [[nodiscard]] Result<std::string> text(std::size_t index, std::size_t bytes_max) const;
  /// The same, but there must be one and it must not be empty.
  [[nodiscard]] Result<std::string> required_text(std::size_t index, std::size_t bytes_max) const;
  /// An integer; nothing when absent or null; a Rejection when of another kind.
  [[nodiscard]] Result<std::optional<std::int64_t>> integer(std::size_t index) const;
  /// True when an object is there, false when absent or null; a Rejection when of another kind.
  [[nodiscard]] Result<bool> object(std::size_t index) const;

 private:
  RoutingFields(std::span<const std::string_view> pointers, std::vector<json::Field> fields);
  [[nodiscard]] Rejection wrong(std::size_t index, std::string_view code,
                                std::string message) const;

  std::span<const std::string_view> pointers_;
  std::vector<json::Field> fields_;
};

}  // namespace hookswitch::routing
