// Ingress: takes signed webhooks over HTTP and acknowledges them once Kafka has them.
#include "composition.hpp"

#include <hookswitch/allocation/unused_memory.hpp>
#include <hookswitch/runtime/main.hpp>
#include <hookswitch/runtime/time_slice.hpp>

#include <chrono>

int main(int argc, char** argv) {
  using namespace hookswitch;
  allocation::give_back_unused_memory_at_once();
  // Below the kernel's own 0.7 ms and more, so that a thread that wakes up for a webhook need not
  // wait until somebody's slice is over; before any other thread starts, for all of them.
  runtime::ask_for_time_slice(std::chrono::microseconds(400));
  return runtime::main_of(argc, argv, "ingress", "Takes signed webhooks and puts them on the bus",
                          ingress::IngressSettings(), ingress::declare, ingress::run_ingress);
}
