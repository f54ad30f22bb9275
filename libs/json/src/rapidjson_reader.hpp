#pragma once
// UTF-8 is validated once for the whole text before (utf8.hpp): faster than
// kParseValidateEncodingFlag, which reads byte by byte, and it covers the same.
#include "rapidjson_config.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <string>

namespace hookswitch::json {

/// A RapidJSON reader whose stack is reused. Never recurses (kParseIterativeFlag).
class IterativeReader {
 public:
  template <class Handler>
  rapidjson::ParseResult parse(rapidjson::InsituStringStream& stream, Handler& handler) {
    constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag |
                               rapidjson::kParseNumbersAsStringsFlag;
    return reader_.Parse<flags>(stream, handler);
  }

 private:
  rapidjson::Reader reader_;
};

[[nodiscard]] inline IterativeReader& thread_reader() {
  thread_local IterativeReader reader;
  return reader;
}

[[nodiscard]] inline std::string reason_of(rapidjson::ParseErrorCode code) {
  return rapidjson::GetParseError_En(code);
}

[[nodiscard]] inline Rejection not_json(const std::string& why, std::size_t offset) {
  return {"not_json", "", why + " at byte " + std::to_string(offset)};
}

}  // namespace hookswitch::json
