#pragma once
#include "application/use_cases.hpp"

#include <hookswitch/http/response.hpp>
#include <hookswitch/json/writer.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

/// Outcomes as HTTP answers. All pure.
namespace hookswitch::directory {

/// application/problem+json (RFC 9457) whose `errors` name each field with an RFC 6901 pointer.
[[nodiscard]] http::Response problem_with(unsigned status, std::string_view title,
                                          std::string_view detail, const Complaints& complaints);
[[nodiscard]] http::Response answer(const Refusal& refusal);
[[nodiscard]] http::Response not_found();
/// 204: it is gone.
[[nodiscard]] http::Response no_content();
/// 200 with the entity and its tag.
[[nodiscard]] http::Response answer(const Stored& stored);
/// 201 when it has been created.
[[nodiscard]] http::Response answer(const Put& put);
/// {"items":[…],"etags":[…],"next":"…"}, the tags in the order of the items; `next` is left out on
/// the last page. `found` holds one more than the page when there is another one.
[[nodiscard]] http::Response page_of(const std::vector<Stored>& found, std::size_t limit);

/// The same of what has no tags: `write` puts an item into a json::Writer, `cursor_of` gives the
/// text that the next page is asked for with.
template <class Item, class Write, class CursorOf>
[[nodiscard]] http::Response page_of(const std::vector<Item>& found, std::size_t limit,
                                     const Write& write, const CursorOf& cursor_of) {
  json::Writer writer;
  writer.begin_object().key("items").begin_array();
  const auto count = std::min(found.size(), limit);
  for (std::size_t i = 0; i < count; ++i) write(writer, found[i]);
  writer.end_array();
  if (found.size() > count) writer.key("next").string(cursor_of(found[count - 1]));
  return http::json_response(200, writer.end_object().take());
}

}  // namespace hookswitch::directory
