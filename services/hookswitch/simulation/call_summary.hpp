#pragma once
#include "call_ledger.hpp"

namespace hookswitch::cli {

/// What came of the requests.
struct SentNumbers {
  std::size_t webhooks = 0;  ///< repeats included
  std::size_t repeats = 0;
  std::size_t not_accepted = 0;
  std::size_t retried = 0;
  std::vector<std::size_t> bytes;  ///< of each accepted body; sorted
  Milliseconds duration{0};
  std::vector<double> answered_ms;  ///< sorted
};

struct Simulation {
  const SimulationOptions& options;
  const std::vector<SimulatedTenant>& tenants;
  const std::vector<SimulatedCall>& calls;
  SentNumbers sent;
  bool billed = false;    ///< billing's events were expected
  bool read_out = false;  ///< the services have read everything that was there at the end
};

/// True when each call became what it should.
[[nodiscard]] bool all_good(const Simulation& simulation, const CallLedger& ledger);

/// The run as one JSON object; of what went wrong, the first 20. Pure.
[[nodiscard]] std::string summary_json(const Simulation& simulation, const CallLedger& ledger);

}  // namespace hookswitch::cli
