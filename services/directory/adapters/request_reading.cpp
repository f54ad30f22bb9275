#include "adapters/request_reading.hpp"

#include "adapters/json_fields.hpp"
#include "adapters/rest_answers.hpp"
#include "domain/rules.hpp"

#include <hookswitch/core/uuid.hpp>
#include <hookswitch/json/document.hpp>
#include <hookswitch/routing/resolution.hpp>

#include <algorithm>
#include <charconv>
#include <vector>

namespace hookswitch::directory {
namespace {

constexpr std::size_t limit_max = 500;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// The versions of a list of entity tags; a weak or foreign one is a version that nothing has.
/// Nothing when it is no such list.
std::optional<std::vector<std::int64_t>> versions_in(std::string_view header) {
  constexpr std::int64_t no_version = -1;
  std::vector<std::int64_t> versions;
  while (true) {
    const auto comma = header.find(',');
    auto tag = trimmed(header.substr(0, comma));
    const bool weak = tag.starts_with("W/");
    if (weak) tag.remove_prefix(2);
    if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
    const auto version = number_of<std::int64_t>(tag.substr(1, tag.size() - 2));
    versions.push_back(weak ? no_version : version.value_or(no_version));
    if (comma == std::string_view::npos) return versions;
    header.remove_prefix(comma + 1);
  }
}

http::Response bad_precondition(std::string_view header, std::string_view detail) {
  return http::problem(400, "A precondition cannot be read", detail, header);
}

http::Response bad_query(std::string_view detail, std::string_view parameter) {
  return http::problem(400, "The query is refused", detail, parameter);
}

std::optional<http::Response> take_limit(const std::string& value, std::size_t& limit) {
  const auto read = number_of<std::size_t>(value);
  if (!read || *read < 1 || *read > limit_max) {
    return bad_query("limit must be a number from 1 to 500.", "limit");
  }
  limit = *read;
  return std::nullopt;
}

std::optional<http::Response> bad_cursor() {
  return bad_query("cursor must be the `next` of a page before.", "cursor");
}

constexpr std::string_view list_parameters = "Only company, cursor and limit are known, each once.";

std::optional<http::Response> take_parameter(const std::string& name, const std::string& value,
                                             ListQuery& query) {
  if (name == "limit") return take_limit(value, query.limit);
  if (name == "company") {
    if (!rules::is_entity_id(value)) return bad_query("company must be a company's id.", name);
    query.company = TenantId(value);
  } else if (name == "cursor") {
    // Only ids are handed out as cursors.
    const bool good = std::any_of(all_kinds.begin(), all_kinds.end(),
                                  [&](Kind kind) { return rules::is_id(kind, value); });
    if (!good) return bad_cursor();
    query.after = value;
  } else {
    return bad_query(list_parameters, {});
  }
  return std::nullopt;
}

constexpr std::string_view unresolved_parameters =
    "Only reason, cursor and limit are known, each once.";

std::optional<http::Response> take_parameter(const std::string& name, const std::string& value,
                                             UnresolvedQuery& query) {
  if (name == "limit") return take_limit(value, query.limit);
  if (name == "reason") {
    const bool good = std::ranges::any_of(routing::all_unresolved_reasons,
                                          [&](auto reason) { return to_string(reason) == value; });
    if (!good) return bad_query("reason must be one of those that webhooks wait for.", name);
    query.reason = value;
  } else if (name == "cursor") {
    const auto id = Uuid::parse(value);
    if (!id) return bad_cursor();
    query.after = id->to_string();
  } else {
    return bad_query(unresolved_parameters, {});
  }
  return std::nullopt;
}

constexpr std::string_view page_parameters = "Only cursor and limit are known, each once.";

std::optional<http::Response> take_parameter(const std::string& name, const std::string& value,
                                             PageQuery& query, IsCursor is_cursor) {
  if (name == "limit") return take_limit(value, query.limit);
  if (name != "cursor") return bad_query(page_parameters, {});
  if (!is_cursor(value)) return bad_cursor();
  query.after = value;
  return std::nullopt;
}

/// Each parameter once, as take_parameter() takes it.
template <class Query, class... More>
Read<Query> query_of(const http::Request& request, std::string_view known, More... more) {
  Query query;
  std::vector<std::string> seen;
  for (auto rest = request.query; !rest.empty();) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decoded(pair.substr(0, equals));
    const auto value = percent_decoded(pair.substr(std::min(pair.size(), equals + 1)));
    if (!name || !value || std::find(seen.begin(), seen.end(), *name) != seen.end()) {
      return bad_query(known, {});
    }
    if (auto refused = take_parameter(*name, *value, query, more...)) return *std::move(refused);
    seen.push_back(*name);
  }
  return query;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string text_in_path(const http::Request& request, std::string_view name) {
  const auto found = request.path_parameters.find(name);
  if (found == request.path_parameters.end()) return {};
  return percent_decoded(found->second).value_or("");
}

std::optional<http::Response> unless_empty_object(const http::Request& request) {
  const auto document = json::Document::parse(request.body);
  if (!document) return http::problem(400, "The body is no JSON", document.error().code);
  Complaints complaints;
  JsonFields(document->root(), "", complaints).finish();
  if (complaints.empty()) return std::nullopt;
  return problem_with(422, "The request is refused", "", complaints);
}

std::optional<std::string> id_in_path(const http::Request& request, Kind kind) {
  const auto parameter = request.path_parameters.find("id");
  if (parameter == request.path_parameters.end()) return std::nullopt;
  auto id = percent_decoded(parameter->second);
  if (!id || !rules::is_id(kind, *id)) return std::nullopt;
  return id;
}

Read<ListQuery> list_query(const http::Request& request) {
  return query_of<ListQuery>(request, list_parameters);
}

Read<PageQuery> page_query(const http::Request& request, IsCursor is_cursor) {
  return query_of<PageQuery>(request, page_parameters, is_cursor);
}

Read<UnresolvedQuery> unresolved_query(const http::Request& request) {
  return query_of<UnresolvedQuery>(request, unresolved_parameters);
}

Read<Precondition> precondition_of(const http::Request& request) {
  Precondition precondition;
  if (const auto none = request.header("if-none-match")) {
    if (trimmed(*none) != "*") return bad_precondition("If-None-Match", "Only * is taken here.");
    precondition.must_not_exist = true;
  }
  if (const auto match = request.header("if-match")) {
    if (trimmed(*match) == "*") {
      precondition.must_exist = true;
    } else if (auto versions = versions_in(*match)) {
      precondition.versions = *std::move(versions);
    } else {
      return bad_precondition("If-Match", "It must be * or entity tags in quotes.");
    }
  }
  return precondition;
}

Read<bool> has_version(const http::Request& request, std::int64_t version) {
  const auto none = request.header("if-none-match");
  if (!none) return false;
  if (trimmed(*none) == "*") return true;
  const auto versions = versions_in(*none);
  if (!versions) return bad_precondition("If-None-Match", "It must be * or entity tags in quotes.");
  return std::find(versions->begin(), versions->end(), version) != versions->end();
}

std::string entity_tag(std::int64_t version) { return "\"" + std::to_string(version) + "\""; }

}  // namespace hookswitch::directory
