#pragma once
#include "application/use_cases.hpp"

#include <hookswitch/http/response.hpp>

#include <string_view>
#include <vector>

/// Outcomes as HTTP answers. All pure.
namespace hookswitch::directory {

/// application/problem+json (RFC 9457) whose `errors` name each field with an RFC 6901 pointer.
[[nodiscard]] http::Response problem_with(unsigned status, std::string_view title,
                                          std::string_view detail, const Complaints& complaints);
[[nodiscard]] http::Response answer(const Refusal& refusal);
[[nodiscard]] http::Response not_found();
/// 200 with the entity and its tag.
[[nodiscard]] http::Response answer(const Stored& stored);
/// 201 when it has been created.
[[nodiscard]] http::Response answer(const Put& put);
/// {"items":[…],"etags":[…],"next":"…"}, the tags in the order of the items; `next` is left out on
/// the last page. `found` holds one more than the page when there is another one.
[[nodiscard]] http::Response page_of(const std::vector<Stored>& found, std::size_t limit);

}  // namespace hookswitch::directory
