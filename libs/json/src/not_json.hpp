#pragma once
#include <hookswitch/core/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace hookswitch::json {

[[nodiscard]] inline Rejection not_json(std::string_view why, std::size_t offset) {
  return {"not_json", "", std::string(why) + " at byte " + std::to_string(offset)};
}

}  // namespace hookswitch::json
