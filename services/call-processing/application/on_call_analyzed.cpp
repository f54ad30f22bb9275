#include "application/use_cases.hpp"

namespace hookswitch::call_processing {

Result<std::vector<Emission>> on_call_analyzed(Call& call, const CallWebhook& webhook) {
  return call.analyzed(webhook);
}

}  // namespace hookswitch::call_processing
