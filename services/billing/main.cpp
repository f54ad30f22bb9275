// Billing: what calls cost, priced when they end or when their company's plan comes, and the books.
#include "composition.hpp"

int main(int argc, char** argv) {
  return hookswitch::messaging::run_consumer_service(argc, argv, hookswitch::billing::definition());
}
