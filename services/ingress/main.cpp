// Ingress: takes signed webhooks over HTTP and acknowledges them once Kafka has them.
#include "composition.hpp"

#include <hookswitch/runtime/main.hpp>

int main(int argc, char** argv) {
  using namespace hookswitch;
  return runtime::main_of(argc, argv, "ingress", "Takes signed webhooks and puts them on the bus",
                          ingress::IngressSettings(), ingress::declare, ingress::run_ingress);
}
