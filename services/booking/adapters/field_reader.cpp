#include "adapters/field_reader.hpp"

#include <utility>

namespace hookswitch::booking {
namespace {

constexpr std::int64_t instant_ms_min = 946'684'800'000;    // 2000-01-01
constexpr std::int64_t instant_ms_max = 4'102'444'800'000;  // 2100-01-01

std::optional<TimePoint> sensible_instant(std::string_view text) {
  const auto instant = parse_rfc3339(text);
  if (!instant || to_epoch_ms(*instant) < instant_ms_min ||
      to_epoch_ms(*instant) > instant_ms_max) {
    return std::nullopt;
  }
  return instant;
}

}  // namespace

std::string without_nul(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c == '\0') {
      kept += "\uFFFD";
    } else {
      kept += c;
    }
  }
  return kept;
}

void FieldReader::refuse(std::string code, const json::Value& value, std::string message) {
  if (!rejection_) rejection_ = {std::move(code), value.path(), std::move(message)};
}

std::optional<std::string> FieldReader::exact_text(const json::Value& value,
                                                   std::size_t bytes_max) {
  const auto read = value.optional_string();
  if (!read) {
    if (!rejection_) rejection_ = read.error();
    return std::nullopt;
  }
  const auto text = read->value_or("");
  if (text.empty()) return std::nullopt;
  if (text.size() > bytes_max) {
    refuse("too_long", value, "is longer than " + std::to_string(bytes_max) + " bytes");
  }
  if (text.find('\0') != std::string_view::npos) {
    refuse("not_storable", value, "has a NUL character");
  }
  return std::string(text);
}

std::optional<TimePoint> FieldReader::instant(const json::Value& value) {
  const auto read = value.optional_string();
  if (!read) {
    if (!rejection_) rejection_ = read.error();
    return std::nullopt;
  }
  const auto text = read->value_or("");
  if (text.empty()) return std::nullopt;
  const auto instant = sensible_instant(text);
  if (!instant) refuse("out_of_range", value, "is no instant (RFC 3339) between 2000 and 2100");
  return instant;
}

bool FieldReader::flag(const json::Value& value) {
  const auto read = value.optional_boolean();
  if (!read && !rejection_) rejection_ = read.error();
  return read && read->value_or(false);
}

std::string FieldReader::text(const json::Value& value) {
  const auto read = value.optional_string();
  if (!read) {
    ignore(value);
    return {};
  }
  const auto text = read->value_or("");
  if (text.find('\0') == std::string_view::npos) return std::string(text);
  ignore(value);
  return without_nul(text);
}

std::optional<std::int64_t> FieldReader::integer(const json::Value& value) {
  const auto read = value.optional_integer();
  if (!read) ignore(value);
  return read ? *read : std::nullopt;
}

std::optional<TimePoint> FieldReader::lenient_instant(const json::Value& value) {
  const auto read = text(value);
  if (read.empty()) return std::nullopt;
  const auto instant = sensible_instant(read);
  if (!instant) ignore(value);
  return instant;
}

}  // namespace hookswitch::booking
