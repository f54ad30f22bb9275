#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hookswitch::postgres {

/// Which statements a session has met, and the names of those that it prepares: what comes a second
/// time comes often. The server then parses and plans it once, not each time (docs/decisions/0093).
class PreparedStatements {
 public:
  struct Use {
    const std::string* name = nullptr;  ///< nothing: not to be prepared
    bool is_new = false;                ///< it has to be prepared first
  };
  [[nodiscard]] Use use(std::string_view sql);
  /// Its preparation did not come to pass: it is new the next time, too.
  void forget(std::string_view sql);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> names_;  ///< "": met once
};

}  // namespace hookswitch::postgres
