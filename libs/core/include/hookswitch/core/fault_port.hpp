#pragma once
#include <string_view>

namespace hookswitch {

/// The named steps of a service pass through here, so that a fault test can stop, throw or kill at
/// each of them (design.md §5.8). A release build has only the empty one.
class FaultPort {
 public:
  virtual ~FaultPort() = default;
  /// Called when the step named has just been reached. May throw, stop or end the process. Thread
  /// safe.
  virtual void reached(std::string_view step) = 0;
};

class NoFaults final : public FaultPort {
 public:
  void reached(std::string_view /*step*/) override {}
};

}  // namespace hookswitch
