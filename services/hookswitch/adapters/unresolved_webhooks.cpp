#include "unresolved_webhooks.hpp"

#include <hookswitch/json/writer.hpp>

namespace hookswitch::cli {
namespace {

const std::string collection = "/v1/unresolved-webhooks";

}  // namespace

void each_unresolved(const DirectoryAccess& access, const std::string& reason,
                     const std::function<void(std::string_view id, std::string_view json)>& each) {
  each_item(access, collection + (reason.empty() ? "" : "?reason=" + reason),
            [&](const json::Value& item) { each(item["id"].string().value(), item.raw_json()); });
}

std::string release_unresolved(const DirectoryAccess& access, const std::string& id,
                               const std::string& company) {
  json::Writer writer;
  writer.begin_object();
  if (!company.empty()) writer.key("company_id").string(company);
  return ask_directory(access, "POST", collection + "/" + id + ":release",
                       writer.end_object().take());
}

}  // namespace hookswitch::cli
