#pragma once
#include "component/running_directory.hpp"

#include <filesystem>
#include <string>

namespace hookswitch::directory::testing {

/// Two lines of a master key file.
inline const std::string first_master_key =
    "first 6e9c3fc85cdaf0ef657262fd8c782755d6c9bb3e46c47852673dd22d9efa28d5\n";
inline const std::string second_master_key =
    "second 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";

/// A directory service with a master key file, which has the first key.
class MasterKeyDesk {
 public:
  /// `with_master_keys`: false does not tell the service of the file.
  explicit MasterKeyDesk(bool with_master_keys = true);
  ~MasterKeyDesk();
  MasterKeyDesk(const MasterKeyDesk&) = delete;
  MasterKeyDesk& operator=(const MasterKeyDesk&) = delete;

  /// As an operator changes it: the file in its place is never half of one.
  void master_keys_are(const std::string& text) const;
  [[nodiscard]] http::Response rewrap() const;

  RunningDirectory directory{false};

 private:
  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / directory.id("master.keys");
};

}  // namespace hookswitch::directory::testing
