#include <hookswitch/runtime/service.hpp>

#include <stdexcept>

#ifdef HOOKSWITCH_FAULT_INJECTION
#include <hookswitch/telemetry/log.hpp>

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <deque>
#endif

namespace hookswitch::runtime {

#ifdef HOOKSWITCH_FAULT_INJECTION
namespace {

enum class Action { kill, stop, fail };

struct Fault {
  std::string step;
  Action action;
  std::uint64_t passing;  ///< the one at which it happens, from 1
  std::atomic<std::uint64_t> passed{0};

  Fault(std::string name, Action what, std::uint64_t nth)
      : step(std::move(name)), action(what), passing(nth) {}
};

class InjectedFaults final : public FaultPort {
 public:
  void add(std::string step, Action action, std::uint64_t passing) {
    faults_.emplace_back(std::move(step), action, passing);
  }

  void reached(std::string_view step) override {
    for (auto& fault : faults_) {
      if (fault.step == step && ++fault.passed == fault.passing) act(fault);
    }
  }

 private:
  static void act(const Fault& fault) {
    switch (fault.action) {
      case Action::kill:
        ::kill(::getpid(), SIGKILL);
        return;
      case Action::stop:
        ::raise(SIGSTOP);  // stops the process; raised in this thread, so at this very step
        return;
      case Action::fail:
        // A process that is killed or stopped is seen from outside; one that goes on is not.
        telemetry::log_warning("fault.thrown", {{"step", fault.step}});
        throw std::runtime_error("fault injected at " + fault.step);
    }
  }

  std::deque<Fault> faults_;  // atomics do not move
};

Action action_from(std::string_view word, const std::string& fault) {
  if (word == "kill") return Action::kill;
  if (word == "stop") return Action::stop;
  if (word == "throw") return Action::fail;
  throw std::invalid_argument("fault \"" + fault + "\": the action must be kill, stop or throw");
}

std::uint64_t passing_from(std::string_view digits, const std::string& fault) {
  std::uint64_t passing = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, passing);
  if (error != std::errc{} || stop != end || passing == 0) {
    throw std::invalid_argument("fault \"" + fault + "\": the passing must be a number from 1");
  }
  return passing;
}

void add_one(InjectedFaults& faults, const std::string& text) {
  const auto first = text.find(':');
  if (first == 0 || first == std::string::npos) {
    throw std::invalid_argument("fault \"" + text + "\": must be step:action or step:action:n");
  }
  const auto second = text.find(':', first + 1);
  const auto word =
      text.substr(first + 1, second == std::string::npos ? second : second - first - 1);
  const auto passing = second == std::string::npos
                           ? 1
                           : passing_from(std::string_view(text).substr(second + 1), text);
  faults.add(text.substr(0, first), action_from(word, text), passing);
}

}  // namespace

std::unique_ptr<FaultPort> fault_from(const std::string& fault) {
  if (fault.empty()) return std::make_unique<NoFaults>();
  auto faults = std::make_unique<InjectedFaults>();
  for (std::size_t from = 0; from <= fault.size();) {
    const auto comma = std::min(fault.find(',', from), fault.size());
    add_one(*faults, fault.substr(from, comma - from));
    from = comma + 1;
  }
  return faults;
}

#else

std::unique_ptr<FaultPort> fault_from(const std::string& fault) {
  if (!fault.empty()) {
    throw std::invalid_argument(
        "this build has no fault injection: HOOKSWITCH_FAULT must be empty");
  }
  return std::make_unique<NoFaults>();
}

#endif

}  // namespace hookswitch::runtime
