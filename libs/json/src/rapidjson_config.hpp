#pragma once
// How RapidJSON is compiled everywhere in this library: included before any of its headers.
#include <cstdlib>

// A Writer that is nested wrongly must not go on in release builds either.
#define RAPIDJSON_ASSERT(condition) ((condition) ? static_cast<void>(0) : std::abort())
// Not RAPIDJSON_SSE2: RapidJSON 1.1 takes U+001A to U+001F for plain where it scans 16 bytes a
// step, and would write what is not JSON.
