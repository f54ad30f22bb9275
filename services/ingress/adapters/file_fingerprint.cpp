#include "file_fingerprint.hpp"

#include <sys/stat.h>

#include <cstdint>

namespace hookswitch::ingress {

std::string fingerprint(std::span<const std::filesystem::path> files) {
  std::string result;
  for (const auto& file : files) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
      result += "missing;";
      continue;
    }
    for (const auto part :
         {static_cast<std::int64_t>(status.st_ino), static_cast<std::int64_t>(status.st_size),
          static_cast<std::int64_t>(status.st_mtim.tv_sec),
          static_cast<std::int64_t>(status.st_mtim.tv_nsec),
          // Who may read it is a change, too: of its mode the change time tells.
          static_cast<std::int64_t>(status.st_ctim.tv_sec),
          static_cast<std::int64_t>(status.st_ctim.tv_nsec)}) {
      result += std::to_string(part) + ",";
    }
    result += ';';
  }
  return result;
}

}  // namespace hookswitch::ingress
