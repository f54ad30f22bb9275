#include "json_line.hpp"

#include <cmath>
#include <iterator>

namespace hookswitch::telemetry {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// How many bytes the well-formed UTF-8 sequence at `at` has (Unicode 15 table 3-7); 0 when there
/// is none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() - at < length) return 0;
  const unsigned second = byte_at(text, at + 1);
  const unsigned least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < least || second > most) return 0;
  for (std::size_t next = 2; next < length; ++next) {
    const unsigned following = byte_at(text, at + next);
    if (following < 0x80 || following > 0xBF) return 0;
  }
  return length;
}

void append(LineBuffer& line, std::string_view text) {
  line.append(text.data(), text.data() + text.size());
}

void append_ascii(LineBuffer& line, char letter) {
  switch (letter) {
    case '"':
      return append(line, "\\\"");
    case '\\':
      return append(line, "\\\\");
    case '\n':
      return append(line, "\\n");
    case '\r':
      return append(line, "\\r");
    case '\t':
      return append(line, "\\t");
    default:
      break;
  }
  if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) {
    fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned char>(letter));
  } else {
    line.push_back(letter);
  }
}

struct AppendValue {
  LineBuffer& line;
  void operator()(std::string_view text) const { append_json_string(line, text); }
  void operator()(std::int64_t number) const {
    fmt::format_to(std::back_inserter(line), "{}", number);
  }
  void operator()(double number) const {
    if (std::isfinite(number)) {
      fmt::format_to(std::back_inserter(line), "{}", number);
    } else {
      append(line, "null");  // JSON has no infinity
    }
  }
  void operator()(bool truth) const { append(line, truth ? "true" : "false"); }
};

}  // namespace

void append_json_string(LineBuffer& line, std::string_view text) {
  line.push_back('"');
  for (std::size_t at = 0; at < text.size();) {
    const auto length = sequence_length(text, at);
    if (length == 0) {
      append(line, "\xEF\xBF\xBD");
      ++at;
    } else if (length == 1) {
      append_ascii(line, text[at]);
      ++at;
    } else {
      append(line, text.substr(at, length));
      at += length;
    }
  }
  line.push_back('"');
}

void append_field(LineBuffer& line, const Field& field) {
  line.push_back(',');
  append_json_string(line, field.name);
  line.push_back(':');
  std::visit(AppendValue{line}, field.value);
}

}  // namespace hookswitch::telemetry
