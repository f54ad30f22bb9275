// Directory: companies, and what belongs to them, over REST; told on the bus as state.
#include "composition.hpp"

#include <hookswitch/runtime/main.hpp>

int main(int argc, char** argv) {
  using namespace hookswitch;
  return runtime::main_of(
      argc, argv, "directory",
      "Keeps companies and what belongs to them, and tells it to the other services",
      directory::DirectorySettings(), directory::declare, directory::run_directory);
}
