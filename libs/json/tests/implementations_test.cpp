#include "texts.hpp"

#include <hookswitch/json/document.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <string>
#include <thread>

using namespace hookswitch::json;

TEST_CASE("what simdjson takes on each kind of processor reads every text alike", "[json]") {
  const auto* const before = &*simdjson::get_active_implementation();
  for (const auto* implementation : simdjson::get_available_implementations()) {
    if (!implementation->supported_by_runtime_system()) continue;
    simdjson::get_active_implementation() = implementation;
    // What has been made for a thread stays with it.
    std::string differs;
    std::thread([&] {
      for (const auto& text : tests::texts()) {
        const auto document = Document::parse(text.bytes);
        if ((document ? "" : document.error().code) != text.code) differs = "in: " + text.bytes;
      }
    }).join();
    INFO(implementation->name());
    INFO(differs.substr(0, 80));
    CHECK(differs.empty());
  }
  simdjson::get_active_implementation() = before;
}
