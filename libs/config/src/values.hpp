#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::config {

/// What is wrong with a value ("must be from 1 to 64"), or nothing.
using Complaint = std::optional<std::string>;

Complaint read_integer(std::string_view text, std::int64_t least, std::int64_t most,
                       std::int64_t& value);
Complaint read_boolean(std::string_view text, bool& value);
Complaint read_choice(std::string_view text, const std::vector<std::string>& allowed,
                      std::string& value);
/// The file's bytes without one final newline. The complaint names the file, never its content.
Complaint read_secret_file(const std::string& path, std::string& value);

}  // namespace hookswitch::config
