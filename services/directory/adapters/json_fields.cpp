#include "adapters/json_fields.hpp"

#include <algorithm>

namespace hookswitch::directory {
namespace {

constexpr std::size_t elements_max = 1000;
/// More than any entity has: what lies beyond is unknown or repeated, and not worth a complaint
/// each.
constexpr std::size_t members_max = 100;

std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '~') {
      text += "~0";
    } else if (c == '/') {
      text += "~1";
    } else {
      text += c;
    }
  }
  return text;
}

std::string range_text(std::int64_t least, std::int64_t most) {
  return "must be an integer from " + std::to_string(least) + " to " + std::to_string(most);
}

std::string must_be(std::string_view expected) { return "must be " + std::string(expected); }

std::optional<TimePoint> instant_of(std::string_view text) {
  const auto instant = parse_rfc3339(text);
  if (!instant || *instant < TimePoint{}) return std::nullopt;
  return instant;
}

}  // namespace

JsonFields::JsonFields(json::Value object, std::string pointer, Complaints& complaints)
    : object_(object), pointer_(std::move(pointer)), complaints_(complaints) {
  if (object_.kind() != json::Value::Kind::object) {
    complaints_.push_back({pointer_, "must be an object"});
  }
}

std::string JsonFields::text(std::string_view name, const TextRule& rule,
                             std::string_view expected) {
  if (missing(member(name), name, true)) return {};
  return optional_text(name, rule, expected).value_or("");
}

std::optional<std::string> JsonFields::optional_text(std::string_view name, const TextRule& rule,
                                                     std::string_view expected) {
  const auto value = member(name);
  if (missing(value, name, false)) return std::nullopt;
  const auto text = value.string();
  if (text && rule(*text)) return std::string(*text);
  complain(name, must_be(expected));
  return std::nullopt;
}

std::int64_t JsonFields::integer(std::string_view name, std::int64_t least, std::int64_t most) {
  if (missing(member(name), name, true)) return 0;
  return optional_integer(name, least, most).value_or(0);
}

std::optional<std::int64_t> JsonFields::optional_integer(std::string_view name, std::int64_t least,
                                                         std::int64_t most) {
  const auto value = member(name);
  if (missing(value, name, false)) return std::nullopt;
  const auto number = value.integer();
  if (number && *number >= least && *number <= most) return *number;
  complain(name, range_text(least, most));
  return std::nullopt;
}

bool JsonFields::optional_boolean(std::string_view name) {
  const auto value = member(name);
  if (missing(value, name, false)) return false;
  const auto flag = value.boolean();
  if (!flag) complain(name, "must be true or false");
  return flag && *flag;
}

TimePoint JsonFields::instant(std::string_view name) {
  if (missing(member(name), name, true)) return {};
  return optional_instant(name).value_or(TimePoint{});
}

std::optional<TimePoint> JsonFields::optional_instant(std::string_view name) {
  const auto text = optional_text(
      name, [](std::string_view given) { return instant_of(given).has_value(); },
      "an RFC 3339 instant from 1970 on (2026-11-23T08:00:00Z)");
  return text ? instant_of(*text) : std::nullopt;
}

std::vector<std::string> JsonFields::optional_texts(std::string_view name, const TextRule& rule,
                                                    std::string_view expected) {
  std::vector<std::string> texts;
  for (const auto& element : elements(name, false)) {
    const auto text = element.string();
    if (text && rule(*text)) {
      texts.emplace_back(*text);
    } else {
      complain(std::string(name) + "/" + std::to_string(texts.size()), must_be(expected));
      texts.emplace_back();
    }
  }
  return texts;
}

std::vector<std::int64_t> JsonFields::optional_integers(std::string_view name, std::int64_t least,
                                                        std::int64_t most) {
  std::vector<std::int64_t> numbers;
  for (const auto& element : elements(name, false)) {
    const auto number = element.integer();
    const bool good = number && *number >= least && *number <= most;
    if (!good) {
      complain(std::string(name) + "/" + std::to_string(numbers.size()), range_text(least, most));
    }
    numbers.push_back(good ? *number : 0);
  }
  return numbers;
}

void JsonFields::objects(std::string_view name, bool required,
                         const std::function<void(JsonFields& element)>& read) {
  std::size_t index = 0;
  for (const auto& element : elements(name, required)) {
    const auto place = pointer_to(name) + "/" + std::to_string(index++);
    JsonFields fields(element, place, complaints_);
    if (element.kind() != json::Value::Kind::object) continue;
    read(fields);
    fields.finish();
  }
}

void JsonFields::finish() {
  if (object_.size() > members_max && object_.kind() == json::Value::Kind::object) {
    complaints_.push_back(
        {pointer_, "must have at most " + std::to_string(members_max) + " members"});
    return;
  }
  std::vector<std::string_view> seen;
  for (const auto& name : object_.member_names()) {
    const bool again = std::find(seen.begin(), seen.end(), name) != seen.end();
    const bool known = std::find(known_.begin(), known_.end(), name) != known_.end();
    seen.push_back(name);
    if (!known || again) complain(escaped(name), known ? "is there twice" : "is not known here");
  }
}

void JsonFields::complain(std::string_view name, std::string detail) {
  complaints_.push_back({pointer_ + "/" + std::string(name), std::move(detail)});
}

json::Value JsonFields::member(std::string_view name) {
  if (std::find(known_.begin(), known_.end(), name) == known_.end()) known_.emplace_back(name);
  return object_[name];
}

bool JsonFields::missing(const json::Value& value, std::string_view name, bool required) {
  // JSON null is no way to leave something out: PUT is given the whole entity.
  if (value.present()) return false;
  if (required && object_.kind() == json::Value::Kind::object) complain(name, "is missing");
  return true;
}

std::vector<json::Value> JsonFields::elements(std::string_view name, bool required) {
  const auto value = member(name);
  if (missing(value, name, required)) return {};
  if (value.kind() == json::Value::Kind::array && value.size() <= elements_max) {
    return value.elements();
  }
  complain(name, "must be a list of at most " + std::to_string(elements_max));
  return {};
}

std::string JsonFields::pointer_to(std::string_view name) const {
  return pointer_ + "/" + std::string(name);
}

}  // namespace hookswitch::directory
