#include "adapters/rest_answers.hpp"

#include "adapters/entity_json.hpp"
#include "adapters/request_reading.hpp"

#include <hookswitch/json/writer.hpp>

#include <algorithm>
#include <utility>

namespace hookswitch::directory {

http::Response problem_with(unsigned status, std::string_view title, std::string_view detail,
                            const Complaints& complaints) {
  json::Writer writer;
  writer.begin_object();
  writer.key("title").string(title);
  writer.key("status").integer(status);
  if (!detail.empty()) writer.key("detail").string(detail);
  if (!complaints.empty()) {
    writer.key("errors").begin_array();
    for (const auto& complaint : complaints) {
      writer.begin_object();
      writer.key("pointer").string(complaint.pointer);
      writer.key("detail").string(complaint.detail);
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
  auto response = http::json_response(status, writer.take());
  response.content_type = "application/problem+json";
  return response;
}

http::Response not_found() {
  return http::problem(404, "Not found", "There is nothing under this id.");
}

http::Response no_content() {
  http::Response response;
  response.status = 204;
  return response;
}

http::Response answer(const Refusal& refusal) {
  switch (refusal.why) {
    case Refusal::Why::not_found:
      return not_found();
    case Refusal::Why::precondition_failed:
      return http::problem(412, "Precondition failed",
                           "It is not in the state that the request asks for.");
    case Refusal::Why::conflict:
      return problem_with(409, "The directory says otherwise", refusal.detail, refusal.complaints);
    case Refusal::Why::invalid:
      return problem_with(422, "The entity is refused", refusal.detail, refusal.complaints);
  }
  return http::problem(500, "Internal error", "");
}

http::Response answer(const Stored& stored) {
  auto response = http::json_response(200, entity_to_json(stored.entity));
  response.headers.emplace_back("ETag", entity_tag(stored.version));
  return response;
}

http::Response answer(const Put& put) {
  auto response = answer(put.stored);
  if (put.what == Put::What::created) response.status = 201;
  return response;
}

http::Response page_of(const std::vector<Stored>& found, std::size_t limit) {
  json::Writer writer;
  writer.begin_object().key("items").begin_array();
  const auto count = std::min(found.size(), limit);
  for (std::size_t i = 0; i < count; ++i) writer.raw(entity_to_json(found[i].entity));
  writer.end_array().key("etags").begin_array();
  for (std::size_t i = 0; i < count; ++i) writer.string(entity_tag(found[i].version));
  writer.end_array();
  if (found.size() > limit) writer.key("next").string(key_of(found[limit - 1].entity).id);
  return http::json_response(200, writer.end_object().take());
}

}  // namespace hookswitch::directory
