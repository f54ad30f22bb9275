#include "wire.hpp"

#include <hookswitch/http/framing.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace hookswitch::http {
namespace {

constexpr std::array<std::pair<unsigned, std::string_view>, 27> reasons{{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
}};

std::string_view reason_of(unsigned status) {
  for (const auto& [code, text] : reasons) {
    if (code == status) return text;
  }
  return "Status";
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void check_fields(const Response& response) {
  if (response.status < 200 || response.status > 599) {
    throw std::invalid_argument("response status out of range");
  }
  if (!is_field_value(response.content_type)) throw std::invalid_argument("response content type");
  for (const auto& [name, value] : response.headers) {
    if (!is_field_name(name) || !is_field_value(value)) {
      throw std::invalid_argument("response header");
    }
  }
}

}  // namespace

std::string_view DateText::at(std::time_t now) {
  if (now == second_) return text_;
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   days.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                                   months.at(static_cast<std::size_t>(utc.tm_mon)),
                                   utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  text_.assign(text.data(), static_cast<std::size_t>(length));
  second_ = now;
  return text_;
}

void append_response(std::string& out, const Response& response, std::string_view date,
                     const WireOptions& options) {
  check_fields(response);
  const bool bodiless = response.status == 204 || response.status == 304;
  out.append("HTTP/1.1 ");
  append_number(out, response.status);
  out.push_back(' ');
  out.append(reason_of(response.status)).append("\r\nDate: ").append(date).append("\r\n");
  if (!bodiless) {
    if (!response.content_type.empty()) {
      out.append("Content-Type: ").append(response.content_type).append("\r\n");
    }
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n");
  }
  for (const auto& [name, value] : response.headers) {
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (options.close) {
    out.append("Connection: close\r\n");
  } else if (options.say_keep_alive) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
  if (!bodiless && !options.without_body) out.append(response.body);
}

}  // namespace hookswitch::http
