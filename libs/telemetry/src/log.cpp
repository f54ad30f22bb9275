#include "json_line.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <ctime>
#include <iterator>
#include <memory>

namespace hookswitch::telemetry {
namespace {

struct State {
  std::atomic<Level> least{Level::info};
  std::string service;
  std::string instance;
  spdlog::logger logger{"hookswitch", std::make_shared<spdlog::sinks::stderr_sink_mt>()};

  State() {
    logger.set_pattern("%v");
    logger.set_level(spdlog::level::trace);  // log() has filtered already
    // A stderr that is gone cannot be told to anyone; the service goes on.
    logger.set_error_handler([](const std::string&) {});
  }
};

State& state() {
  static State* const only = new State;  // never destroyed: threads may log until the very end
  return *only;
}

std::string_view word_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "";
}

/// RFC 3339 in UTC with milliseconds.
void append_now(LineBuffer& line) {
  std::timespec now{};
  std::timespec_get(&now, TIME_UTC);
  std::tm parts{};
  gmtime_r(&now.tv_sec, &parts);
  fmt::format_to(std::back_inserter(line), "\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z\"",
                 parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                 parts.tm_sec, now.tv_nsec / 1'000'000);
}

}  // namespace

std::optional<Level> level_from(std::string_view word) {
  for (const auto level : {Level::debug, Level::info, Level::warning, Level::error}) {
    if (word == word_of(level)) return level;
  }
  return std::nullopt;
}

void start_logging(std::string_view service, std::string_view instance, Level least) {
  state().service = service;
  state().instance = instance;
  state().least = least;
}

bool logs(Level level) { return level >= state().least.load(std::memory_order_relaxed); }

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!logs(level)) return;
  auto& here = state();
  LineBuffer line;
  constexpr std::string_view opening = "{\"ts\":";
  line.append(opening.data(), opening.data() + opening.size());
  append_now(line);
  append_field(line, {"level", word_of(level)});
  append_field(line, {"event", event});
  append_field(line, {"service", here.service});
  append_field(line, {"instance", here.instance});
  for (const auto& field : fields) append_field(line, field);
  line.push_back('}');
  here.logger.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace hookswitch::telemetry
