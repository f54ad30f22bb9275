#pragma once
#include "domain/rules.hpp"

#include <hookswitch/json/document.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::directory {

/// Reads the members of one JSON object, each by its rule. Everything that is wrong becomes a
/// Complaint with its pointer: a member missing, of another type, against its rule, there twice, or
/// unknown. What could not be read is a default value then. One thread.
class JsonFields {
 public:
  /// `object` and `complaints` outlive it.
  JsonFields(json::Value object, std::string pointer, Complaints& complaints);

  using TextRule = std::function<bool(std::string_view)>;
  [[nodiscard]] std::string text(std::string_view name, const TextRule& rule,
                                 std::string_view expected);
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view name,
                                                         const TextRule& rule,
                                                         std::string_view expected);
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most);
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name,
                                                             std::int64_t least, std::int64_t most);
  [[nodiscard]] bool optional_boolean(std::string_view name);
  /// RFC 3339, in the years 1970 to 9999.
  [[nodiscard]] TimePoint instant(std::string_view name);
  [[nodiscard]] std::optional<TimePoint> optional_instant(std::string_view name);
  /// Absent is empty. At most 1,000 elements.
  [[nodiscard]] std::vector<std::string> optional_texts(std::string_view name, const TextRule& rule,
                                                        std::string_view expected);
  [[nodiscard]] std::vector<std::int64_t> optional_integers(std::string_view name,
                                                            std::int64_t least, std::int64_t most);
  /// Calls `read` for each element of a list of objects. `required`: must be there, may be empty.
  void objects(std::string_view name, bool required,
               const std::function<void(JsonFields& element)>& read);
  /// Complains about members that nobody has asked for, once where there are more than 100. To be
  /// called last.
  void finish();

  void complain(std::string_view name, std::string detail);

 private:
  [[nodiscard]] json::Value member(std::string_view name);
  /// Absent or null, and complained about if `required`.
  [[nodiscard]] bool missing(const json::Value& value, std::string_view name, bool required);
  [[nodiscard]] std::vector<json::Value> elements(std::string_view name, bool required);
  [[nodiscard]] std::string pointer_to(std::string_view name) const;

  json::Value object_;
  std::string pointer_;
  Complaints& complaints_;
  std::vector<std::string> known_;
};

}  // namespace hookswitch::directory
