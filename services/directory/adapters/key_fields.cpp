#include "adapters/key_fields.hpp"

namespace hookswitch::directory {

bool is_provider(std::string_view text) { return text == "retell" || text == "calcom"; }

KeyFields read_key_fields(JsonFields& fields, const JsonFields::TextRule& rule,
                          std::string_view expected) {
  KeyFields read;
  read.key = fields.optional_text("key", rule, expected);
  const auto state = fields.optional_text(
      "state", [](std::string_view text) { return text == "valid" || text == "retiring"; },
      "valid or retiring");
  read.retiring = state == "retiring";
  read.says_nothing = !read.key && !state;
  return read;
}

}  // namespace hookswitch::directory
