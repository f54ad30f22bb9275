#include "application/use_cases.hpp"

namespace hookswitch::call_processing {

Result<std::vector<Emission>> on_call_ended(Call& call, const CallWebhook& webhook) {
  return call.ended(webhook);
}

}  // namespace hookswitch::call_processing
