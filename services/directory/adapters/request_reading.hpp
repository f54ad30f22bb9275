#pragma once
#include "application/use_cases.hpp"

#include <hookswitch/http/server.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// What a request asks, out of its path, query and headers. What is wrong is a Response to answer
/// with. All pure.
namespace hookswitch::directory {

template <class T>
using Read = std::variant<T, http::Response>;

/// "%2B49…" → "+49…"; nothing for a percent sign without two hex digits.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

/// What the path has at that place, decoded; empty when it cannot be.
[[nodiscard]] std::string text_in_path(const http::Request& request, std::string_view name);

/// 400 or 422 when the body is not {}, which a POST that needs to be told nothing takes.
[[nodiscard]] std::optional<http::Response> unless_empty_object(const http::Request& request);

/// The id that the path names, if it is one of that kind.
[[nodiscard]] std::optional<std::string> id_in_path(const http::Request& request, Kind kind);

struct ListQuery {
  std::optional<TenantId> company;
  std::string after;  ///< the cursor: the last id of the page before
  std::size_t limit = 100;
};
/// ?company=…&cursor=…&limit=1…500; anything else: 400.
[[nodiscard]] Read<ListQuery> list_query(const http::Request& request);

struct PageQuery {
  std::string after;  ///< the cursor: the last id of the page before
  std::size_t limit = 100;
};
/// What a cursor of a list looks like.
using IsCursor = bool (*)(std::string_view);
/// ?cursor=…&limit=1…500; anything else: 400.
[[nodiscard]] Read<PageQuery> page_query(const http::Request& request, IsCursor is_cursor);

struct UnresolvedQuery {
  std::optional<std::string> reason;  ///< of routing::UnresolvedReason
  std::string after;                  ///< the cursor: the last id of the page before
  std::size_t limit = 100;
};
/// ?reason=…&cursor=…&limit=1…500; anything else: 400.
[[nodiscard]] Read<UnresolvedQuery> unresolved_query(const http::Request& request);

/// If-Match and If-None-Match of a request that changes something. 400 when they cannot be read.
[[nodiscard]] Read<Precondition> precondition_of(const http::Request& request);

/// True when If-None-Match names this version: the client has it. 400 when it cannot be read.
[[nodiscard]] Read<bool> has_version(const http::Request& request, std::int64_t version);

/// The entity tag: "17".
[[nodiscard]] std::string entity_tag(std::int64_t version);

}  // namespace hookswitch::directory
