#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/json/routing.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::routing {

/// The few fields of a webhook that routing looks at, read by JSON pointer.
class RoutingFields {
 public:
  /// Validates the whole text. A Rejection when it is not JSON or not UTF-8, or when a member on
  /// the way to one of the places occurs twice. The places must outlive the result. Pure.
  [[nodiscard]] static Result<RoutingFields> read(std::string_view body,
                                                  const json::Places& places);

  /// True when the field is an object. `index` is the pointer's among the places.
  [[nodiscard]] bool is_object(std::size_t index) const;
  /// True when the field is absent or null.
  [[nodiscard]] bool is_empty(std::size_t index) const;
  /// A text of at most `bytes_max` bytes without control characters; empty when absent or null;
  /// else a Rejection. A view of this object.
  [[nodiscard]] Result<std::string_view> text(std::size_t index, std::size_t bytes_max) const;
  /// The same, but there must be one and it must not be empty.
  [[nodiscard]] Result<std::string_view> required_text(std::size_t index,
                                                       std::size_t bytes_max) const;
  /// An integer; nothing when absent or null; a Rejection when of another kind.
  [[nodiscard]] Result<std::optional<std::int64_t>> integer(std::size_t index) const;
  /// True when an object is there, false when absent or null; a Rejection when of another kind.
  [[nodiscard]] Result<bool> object(std::size_t index) const;

 private:
  RoutingFields(const json::Places& places, std::vector<json::Field> fields);
  [[nodiscard]] Rejection wrong(std::size_t index, std::string_view code,
                                std::string message) const;

  const json::Places* places_;
  std::vector<json::Field> fields_;
};

}  // namespace hookswitch::routing
