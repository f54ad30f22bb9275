#include "event_line.hpp"

#include "message_json.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/json/writer.hpp>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/stubs/strutil.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

namespace hookswitch::cli {
namespace {

namespace protobuf = google::protobuf;

std::optional<std::string> json_as_sent(std::string_view value) {
  if (!json::Document::parse(value)) return std::nullopt;
  std::string text(value);
  // Inside a JSON string a line break is always escaped, so these are between tokens.
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\r', ' ');
  return text;
}

/// By the type's full name among the schemas that are linked in.
std::optional<std::string> protobuf_as_json(const std::string& type, std::string_view value) {
  const auto* descriptor = protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
  if (descriptor == nullptr) return std::nullopt;
  const auto* prototype = protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor);
  const std::unique_ptr<protobuf::Message> message(prototype->New());
  if (!message->ParseFromArray(value.data(), static_cast<int>(value.size()))) return std::nullopt;
  return message_json(*message);
}

std::optional<std::string> readable(const events::InboundRecord& record) {
  const auto content_type = record.header("content-type").value_or("");
  if (content_type.starts_with("application/json")) return json_as_sent(*record.value);
  if (content_type.starts_with("application/protobuf")) {
    return protobuf_as_json(std::string(record.header("ce_type").value_or("")), *record.value);
  }
  return std::nullopt;
}

void write_data(json::Writer& writer, const events::InboundRecord& record) {
  if (!record.value) {
    writer.null();
  } else if (const auto text = readable(record)) {
    writer.raw(*text);
  } else {
    std::string base64;
    protobuf::Base64Escape(protobuf::StringPiece(record.value->data(), record.value->size()),
                           &base64);
    writer.string(base64);
  }
}

}  // namespace

std::string event_line(const events::InboundRecord& record) {
  std::map<std::string_view, std::string_view> headers;
  for (const auto& header : record.headers) headers[header.name] = header.value;
  json::Writer writer;
  writer.begin_object().key("topic").string(record.topic);
  writer.key("partition").integer(record.partition).key("offset").integer(record.offset);
  writer.key("key").string(record.key).key("headers").begin_object();
  for (const auto& [name, value] : headers) writer.key(name).string(value);
  writer.end_object().key("data");
  write_data(writer, record);
  return writer.end_object().take();
}

}  // namespace hookswitch::cli
