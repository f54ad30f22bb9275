#pragma once
#include "../tenants/changes.hpp"
#include "../tenants/directory.hpp"

#include <hookswitch/json/document.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookswitch::cli {

/// Where the directory service is, and with what one is let in.
struct DirectoryAccess {
  std::string url;    ///< http://host:port
  std::string token;  ///< an operator's
};

/// The directory service does not answer, or refuses. The text is for a person.
class DirectoryRefusal : public std::runtime_error {
 public:
  explicit DirectoryRefusal(const std::string& what, unsigned status = 0)
      : std::runtime_error(what), status_(status) {}
  /// Of its answer, where that was what it came down to; 0: it did not answer, or said nonsense.
  [[nodiscard]] unsigned status() const { return status_; }

 private:
  unsigned status_;
};

struct ReadDirectory {
  Directory directory;
  std::map<std::string, std::string> tags;  ///< entity tags by key
};

/// One request that is not about an entity of a tenants' file; the body of a 2xx. Throws
/// DirectoryRefusal, saying which field is refused and why.
[[nodiscard]] std::string ask_directory(const DirectoryAccess& access, const std::string& method,
                                        const std::string& path, const std::string& body = {});

/// Calls `each` with every item of a list that comes in pages: `path` is the list's, with its query
/// ("/v1/tokens", "/v1/unresolved-webhooks?reason=…") but for limit and cursor. Throws
/// DirectoryRefusal.
void each_item(const DirectoryAccess& access, const std::string& path,
               const std::function<void(const json::Value& item)>& each);

/// The directory as it is now. Throws DirectoryRefusal.
[[nodiscard]] ReadDirectory read_directory(const DirectoryAccess& access);

/// Makes one change, if nobody has changed the entity since it was read. Throws DirectoryRefusal,
/// saying which field is refused and why. Making it again is safe.
void make_change(const DirectoryAccess& access, const Change& change,
                 const std::map<std::string, std::string>& tags);

/// Waits until every change is on the topic; false when `patience` runs out before. Throws
/// DirectoryRefusal.
[[nodiscard]] bool await_published(const DirectoryAccess& access,
                                   std::chrono::milliseconds patience);

}  // namespace hookswitch::cli
