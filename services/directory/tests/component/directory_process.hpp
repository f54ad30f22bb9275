#pragma once
#include "settings.hpp"

#include <sys/types.h>

#include <string>

namespace hookswitch::directory::testing {

/// The built service as a process of its own, killed at the latest when this goes.
class DirectoryProcess {
 public:
  /// `fault`: "step:action[:nth]", or empty.
  DirectoryProcess(const DirectorySettings& settings, const std::string& port,
                   const std::string& fault);
  ~DirectoryProcess();
  DirectoryProcess(const DirectoryProcess&) = delete;
  DirectoryProcess& operator=(const DirectoryProcess&) = delete;

  [[nodiscard]] bool has_ended() const;
  /// Waits for its end; the signal that ended it.
  int ended_by();

 private:
  pid_t pid_ = -1;
};

}  // namespace hookswitch::directory::testing
