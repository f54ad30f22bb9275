#include "key_input.hpp"

#include "../adapters/input_file.hpp"
#include "../commands.hpp"

namespace hookswitch::cli {

std::string key_in(const std::string& file) {
  auto key = content_of(file);
  if (key.ends_with('\n')) key.pop_back();
  if (key.ends_with('\r')) key.pop_back();
  if (key.empty()) throw WrongUse("there is no key in " + (file == "-" ? "standard input" : file));
  return key;
}

}  // namespace hookswitch::cli
