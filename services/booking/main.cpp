// Booking: what Cal.com says of bookings, merged in any order into appointments, told as events.
#include "composition.hpp"

int main(int argc, char** argv) {
  return hookswitch::messaging::run_consumer_service(argc, argv, hookswitch::booking::definition());
}
