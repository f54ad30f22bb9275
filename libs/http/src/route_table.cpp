#include "route_table.hpp"

#include <hookswitch/http/framing.hpp>

#include <algorithm>
#include <stdexcept>

namespace hookswitch::http {
namespace {

/// Cuts the next segment off a path that begins with '/'.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

void check(const Route& route) {
  const bool good = !route.method.empty() && !route.pattern.empty() &&
                    route.pattern.front() == '/' && route.handler != nullptr;
  if (!good) throw std::invalid_argument("route " + route.method + " " + route.pattern);
}

}  // namespace

RouteTable::RouteTable(std::vector<Route> routes) {
  for (Route& route : routes) {
    check(route);
    const bool twice = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& other) {
      return other.route.method == route.method && other.route.pattern == route.pattern;
    });
    if (twice) throw std::invalid_argument("two routes " + route.method + " " + route.pattern);
    Entry entry{std::move(route), {}, true};
    for (std::string_view rest = entry.route.pattern; !rest.empty();) {
      const std::string_view segment = next_segment(rest);
      const auto name_end = segment.find('}');
      const bool parameter =
          segment.size() > 2 && segment.front() == '{' &&
          (name_end == segment.size() - 1 || segment.substr(name_end).starts_with("}:"));
      const auto text = parameter ? segment.substr(1, name_end - 1) : segment;
      const auto verb = parameter ? segment.substr(name_end + 1) : std::string_view();
      entry.segments.push_back({std::string(text), std::string(verb), parameter});
      entry.literal = entry.literal && !parameter;
    }
    entries_.push_back(std::move(entry));
  }
}

bool RouteTable::fits(const Entry& entry, std::string_view path, PathParameters& parameters) {
  if (entry.literal) return entry.route.pattern == path;
  parameters.clear();
  for (const Segment& expected : entry.segments) {
    if (path.empty()) return false;
    std::string_view segment = next_segment(path);
    if (!expected.parameter) {
      if (segment != expected.text) return false;
      continue;
    }
    // A colon begins a verb, so "{id}" and "{id}:move" never fit the same segment.
    const auto colon = std::min(segment.find(':'), segment.size());
    if (segment.substr(colon) != expected.verb || colon == 0) return false;
    parameters.emplace(expected.text, segment.substr(0, colon));
  }
  return path.empty();
}

std::variant<const Route*, RouteTable::NotFound, RouteTable::MethodNotAllowed> RouteTable::find(
    std::string_view method, std::string_view path, PathParameters& parameters) const {
  std::string allow;
  const auto add = [&allow](std::string_view name) {
    if (!allow.empty()) allow += ", ";
    allow += name;
  };
  for (const Entry& entry : entries_) {
    if (!fits(entry, path, parameters)) continue;
    const std::string& taken = entry.route.method;
    if (taken == method || (taken == "GET" && method == "HEAD")) return &entry.route;
    add(taken);
    if (taken == "GET") add("HEAD");
  }
  parameters.clear();
  if (!allow.empty()) return MethodNotAllowed{std::move(allow)};
  return NotFound{};
}

bool takes_content_type(const Route& route, std::optional<std::string_view> content_type) {
  if (route.content_types.empty()) return true;
  if (!content_type) return false;
  std::string_view type = content_type->substr(0, content_type->find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return std::any_of(
      route.content_types.begin(), route.content_types.end(),
      [type](const std::string& taken) { return equals_ignoring_case(taken, type); });
}

}  // namespace hookswitch::http
