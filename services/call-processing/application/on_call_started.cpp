#include "application/use_cases.hpp"

namespace hookswitch::call_processing {

Result<std::vector<Emission>> on_call_started(Call& call, const CallWebhook& webhook) {
  return call.started(webhook);
}

}  // namespace hookswitch::call_processing
