// Call-processing: what a call's webhooks say, merged in any order, told on the bus as events.
#include "composition.hpp"

int main(int argc, char** argv) {
  return hookswitch::messaging::run_consumer_service(argc, argv,
                                                     hookswitch::call_processing::definition());
}
