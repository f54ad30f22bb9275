#include "directory_api.hpp"

#include "../tenants/rest_json.hpp"

#include <hookswitch/http/client.hpp>
#include <hookswitch/json/document.hpp>

#include <stdexcept>
#include <thread>
#include <utility>

namespace hookswitch::cli {
namespace {

constexpr std::chrono::seconds answer_patience{20};
constexpr std::chrono::milliseconds poll_pause{20};
constexpr std::chrono::seconds busy_patience{5};
constexpr std::chrono::milliseconds busy_pause{200};

http::Response ask(const DirectoryAccess& access, const std::string& method,
                   const std::string& path, const std::string& body = {},
                   http::RequestHeaders headers = {}) {
  headers.emplace_back("Authorization", "Bearer " + access.token);
  if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
  const auto until = std::chrono::steady_clock::now() + busy_patience;
  auto answer = http::send(method, access.url + path, headers, body, answer_patience);
  // 503 asks for the same request again; what POST makes would then perhaps be made twice.
  while (answer && answer->status == 503 && method != "POST" &&
         std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(busy_pause);
    answer = http::send(method, access.url + path, headers, body, answer_patience);
  }
  if (answer) return *answer;
  throw DirectoryRefusal("the directory service at " + access.url +
                         " does not answer: " + answer.error().message);
}

/// What a problem says, in one line.
std::string reason_of(const http::Response& answer) {
  std::string reason = "status " + std::to_string(answer.status);
  const auto document = json::Document::parse(answer.body);
  if (!document) return reason;
  const auto add = [&reason](const json::Value& text) {
    if (const auto said = text.string()) reason += ": " + std::string(*said);
  };
  add(document->root()["title"]);
  add(document->root()["detail"]);
  for (const auto& error : document->root()["errors"].elements()) {
    const auto pointer = error["pointer"].string();
    const auto detail = error["detail"].string();
    if (pointer && detail) reason += "; " + std::string(*pointer) + " " + std::string(*detail);
  }
  return reason;
}

/// What asks for the page after this one; empty when it is the last.
std::string cursor_after(const json::Document& page) {
  const auto next = page.root()["next"].optional_string().value();
  if (!next) return {};
  // The only character of an id that a query reads otherwise.
  return "&cursor=" +
         (next->starts_with('+') ? "%2B" + std::string(next->substr(1)) : std::string(*next));
}

/// One page into `read`; the next one's cursor, or nothing.
std::string take_page(const DirectoryAccess& access, const RestCollection& collection,
                      const std::string& cursor, ReadDirectory& read) {
  const auto path = std::string(collection.path) + "?limit=500" + cursor;
  const auto answer = ask(access, "GET", path);
  if (answer.status != 200) {
    throw DirectoryRefusal("the directory service refuses " + path + ": " + reason_of(answer));
  }
  const auto page = json::Document::parse(answer.body);
  if (!page) throw DirectoryRefusal(path + " is not JSON");
  const auto items = page->root()["items"].elements();
  const auto tags = page->root()["etags"].elements();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto key = take_rest_item(read.directory, collection.type, items[i]);
    read.tags[key] = std::string(tags.at(i).string().value());
  }
  return cursor_after(*page);
}

}  // namespace

std::string ask_directory(const DirectoryAccess& access, const std::string& method,
                          const std::string& path, const std::string& body) {
  auto answer = ask(access, method, path, body);
  if (answer.status >= 200 && answer.status < 300) return std::move(answer.body);
  throw DirectoryRefusal(
      "the directory service refuses " + method + " " + path + ": " + reason_of(answer),
      answer.status);
}

void each_item(const DirectoryAccess& access, const std::string& path,
               const std::function<void(const json::Value& item)>& each) {
  const auto first = path + (path.find('?') == std::string::npos ? "?" : "&") + "limit=500";
  std::string cursor;
  do {
    const auto answer = ask_directory(access, "GET", first + cursor);
    const auto page = json::Document::parse(answer);
    if (!page) throw DirectoryRefusal(path + " is not JSON");
    for (const auto& item : page->root()["items"].elements()) each(item);
    cursor = cursor_after(*page);
  } while (!cursor.empty());
}

ReadDirectory read_directory(const DirectoryAccess& access) {
  ReadDirectory read;
  for (const auto& collection : rest_collections()) {
    std::string cursor;
    do {
      cursor = take_page(access, collection, cursor, read);
    } while (!cursor.empty());
  }
  return read;
}

void make_change(const DirectoryAccess& access, const Change& change,
                 const std::map<std::string, std::string>& tags) {
  const auto tag = tags.find(change.key);
  const bool is_new = tag == tags.end();
  const auto answer = ask(access, "PUT", rest_path(change.key), rest_body(change.key, change.value),
                          {{is_new ? "If-None-Match" : "If-Match", is_new ? "*" : tag->second}});
  if (answer.status == 200 || answer.status == 201) return;
  if (answer.status == 412) {
    throw DirectoryRefusal(change.key +
                           " has been changed by somebody else meanwhile; apply the file again");
  }
  throw DirectoryRefusal("the directory service refuses " + change.key + ": " + reason_of(answer));
}

bool await_published(const DirectoryAccess& access, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (true) {
    const auto answer = ask(access, "GET", "/v1/unpublished");
    const auto document = json::Document::parse(answer.body);
    const auto records =
        document ? document->root()["records"].integer() : Result<std::int64_t>(-1);
    if (answer.status != 200 || !records) throw DirectoryRefusal(reason_of(answer), answer.status);
    if (*records == 0) return true;
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(poll_pause);
  }
}

}  // namespace hookswitch::cli
