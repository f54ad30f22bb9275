#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

/// JSON lines on stderr: {"ts","level","event","service","instance",…fields}. The first word of a
/// line is a stable event name ("outbox.published"); fields never hold secrets, phone numbers,
/// names or bodies (promise 10).
namespace hookswitch::telemetry {

enum class Level { debug, info, warning, error };

/// "debug", "info", "warning" or "error"; nothing for other words.
[[nodiscard]] std::optional<Level> level_from(std::string_view word);

/// Views only: what it refers to must live until log() has returned.
struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, bool v) : name(n), value(v) {}
  Field(std::string_view n, double v) : name(n), value(v) {}
  template <class Integer>
    requires(std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>)
  Field(std::string_view n, Integer v) : name(n), value(static_cast<std::int64_t>(v)) {}
};

/// Call once at start, before threads (runtime::run does). `service` and `instance` go on every
/// line.
void start_logging(std::string_view service, std::string_view instance, Level least);

/// False when a line of that level would be dropped: for fields that cost something to make. Thread
/// safe.
[[nodiscard]] bool logs(Level level);

/// Writes one line, whole also when several threads write. Bytes that are not UTF-8 are written as
/// U+FFFD. A level that is off costs one load. Before start_logging it writes with an empty service
/// name, from info up. Thread safe, never throws for a stderr that is gone.
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void log_info(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::info, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::warning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::error, event, fields);
}

}  // namespace hookswitch::telemetry
