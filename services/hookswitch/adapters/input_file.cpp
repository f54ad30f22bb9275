#include "input_file.hpp"

#include "../commands.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace hookswitch::cli {

std::string content_of(const std::string& file) {
  if (file == "-") {
    return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  }
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, ignored)) {
    throw WrongUse(file + " cannot be read");
  }
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace hookswitch::cli
