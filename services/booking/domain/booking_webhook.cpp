#include "domain/booking_webhook.hpp"

namespace hookswitch::booking {

StatementKey key_of(const BookingUid& uid, Said said, const BookingFacts& facts) {
  std::string variant;
  if (facts.seated) {
    variant = "seats";
    for (const auto& mark : facts.seat_marks) variant += ":" + mark;
  }
  if (facts.predecessor) variant += ">" + facts.predecessor->str();
  return {uid, said, std::move(variant)};
}

}  // namespace hookswitch::booking
