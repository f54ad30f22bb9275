#include "values.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <system_error>

namespace hookswitch::config {

Complaint read_integer(std::string_view text, std::int64_t least, std::int64_t most,
                       std::int64_t& value) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool whole = error == std::errc{} && stop == end;
  if (!whole || number < least || number > most) {
    return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  }
  value = number;
  return std::nullopt;
}

Complaint read_boolean(std::string_view text, bool& value) {
  if (text != "true" && text != "false") return "must be true or false";
  value = text == "true";
  return std::nullopt;
}

Complaint read_choice(std::string_view text, const std::vector<std::string>& allowed,
                      std::string& value) {
  if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) {
    value = text;
    return std::nullopt;
  }
  std::string complaint = "must be one of";
  for (const auto& word : allowed) complaint += (&word == &allowed.front() ? " " : ", ") + word;
  return complaint;
}

Complaint read_secret_file(const std::string& path, std::string& value) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  // An empty file makes operator<< fail too, so only the opening tells whether it can be read.
  if (!file)
    return "the file " + path + " cannot be read: " + std::generic_category().message(errno);
  content << file.rdbuf();
  std::string text = content.str();
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty() && text.back() == '\r') text.pop_back();
  if (text.empty()) return "the file " + path + " is empty";
  value = std::move(text);
  return std::nullopt;
}

}  // namespace hookswitch::config
