#pragma once
#include <google/protobuf/message.h>

#include <optional>
#include <string>

namespace hookswitch::cli {

/// A message as JSON: field names as in the schema, defaults shown, 64-bit integers as strings.
/// Nothing when it holds what JSON cannot say.
[[nodiscard]] std::optional<std::string> message_json(const google::protobuf::Message& message);

}  // namespace hookswitch::cli
