// Ingress: takes signed webhooks over HTTP and acknowledges them once Kafka has them.
#include "composition.hpp"

#include <hookswitch/allocation/unused_memory.hpp>
#include <hookswitch/runtime/main.hpp>

int main(int argc, char** argv) {
  using namespace hookswitch;
  allocation::give_back_unused_memory_at_once();
  return runtime::main_of(argc, argv, "ingress", "Takes signed webhooks and puts them on the bus",
                          ingress::IngressSettings(), ingress::declare, ingress::run_ingress);
}
