#include "unresolved_webhooks.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/json/writer.hpp>

#include <optional>

namespace hookswitch::cli {
namespace {

const std::string collection = "/v1/unresolved-webhooks";

}  // namespace

void each_unresolved(const DirectoryAccess& access, const std::string& reason,
                     const std::function<void(std::string_view id, std::string_view json)>& each) {
  std::optional<std::string> cursor;
  do {
    auto path = collection + "?limit=500";
    if (!reason.empty()) path += "&reason=" + reason;
    if (cursor) path += "&cursor=" + *cursor;
    const auto answer = ask_directory(access, "GET", path);
    const auto page = json::Document::parse(answer);
    if (!page) throw DirectoryRefusal(collection + " is not JSON");
    for (const auto& item : page->root()["items"].elements()) {
      each(item["id"].string().value(), item.raw_json());
    }
    const auto next = page->root()["next"].optional_string().value();
    cursor = next ? std::optional<std::string>(*next) : std::nullopt;
  } while (cursor);
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
