#include <hookswitch/http/response.hpp>
#include <hookswitch/json/writer.hpp>

namespace hookswitch::http {

Response json_response(unsigned status, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Response problem(unsigned status, std::string_view title, std::string_view detail,
                 std::string_view field) {
  json::Writer writer;
  writer.begin_object();
  writer.key("title").string(title);
  writer.key("status").integer(status);
  if (!detail.empty()) writer.key("detail").string(detail);
  if (!field.empty()) writer.key("field").string(field);
  writer.end_object();
  Response response = json_response(status, writer.take());
  response.content_type = "application/problem+json";
  return response;
}

Response retry_later(unsigned status, std::string_view title, std::string_view detail,
                     int retry_after_seconds) {
  Response response = problem(status, title, detail);
  response.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
  return response;
}

}  // namespace hookswitch::http
