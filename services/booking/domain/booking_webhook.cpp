#include "domain/booking_webhook.hpp"

namespace hookswitch::booking {

StatementKey key_of(const BookingUid& uid, Said said, const BookingFacts& facts) {
  std::string variant;
  if (facts.seated) {
    variant = "seats";
    for (const auto& mark : facts.seat_marks) variant += ":" + mark;
  }
  if (facts.predecessor) variant += ">" + facts.predecessor->str();
  // Short, however many seats there are: it is part of a key.
  if (!variant.empty()) variant = uuid_v5(hookswitch_namespace, variant).to_string();
  return {uid, said, std::move(variant)};
}

}  // namespace hookswitch::booking
