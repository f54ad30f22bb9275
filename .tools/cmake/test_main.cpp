// Catch2's main, built once: compiling it takes half a minute.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
