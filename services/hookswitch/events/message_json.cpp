#include "message_json.hpp"

#include <google/protobuf/util/json_util.h>

namespace hookswitch::cli {

std::optional<std::string> message_json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok())
    return std::nullopt;
  return text;
}

}  // namespace hookswitch::cli
