#pragma once
#include <hookswitch/http/server.hpp>

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hookswitch::http {

using PathParameters = std::map<std::string, std::string, std::less<>>;

/// Finds the route of a request. Immutable after construction, thread safe.
class RouteTable {
 public:
  struct NotFound {};
  struct MethodNotAllowed {
    std::string allow;  ///< "GET, HEAD"
  };

  /// Throws std::invalid_argument for a pattern that does not begin with '/', a route without
  /// method or handler, or one that is there twice.
  explicit RouteTable(std::vector<Route> routes);

  /// HEAD finds the route of GET. Fills `parameters`; they are as sent, percent signs included. Of
  /// several patterns that fit, the first in the table counts.
  [[nodiscard]] std::variant<const Route*, NotFound, MethodNotAllowed> find(
      std::string_view method, std::string_view path, PathParameters& parameters) const;

 private:
  struct Segment {
    std::string text;  ///< literal text, or the parameter's name
    std::string verb;  ///< of "{id}:move" ":move": what the segment ends with
    bool parameter;
  };
  struct Entry {
    Route route;
    std::vector<Segment> segments;
    bool literal;  ///< no parameters: the pattern is compared whole
  };
  static bool fits(const Entry& entry, std::string_view path, PathParameters& parameters);

  std::vector<Entry> entries_;
};

/// True when the route takes this Content-Type (nothing: absent), parameters ignored.
[[nodiscard]] bool takes_content_type(const Route& route,
                                      std::optional<std::string_view> content_type);

}  // namespace hookswitch::http
