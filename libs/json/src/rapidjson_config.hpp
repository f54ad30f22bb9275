#pragma once
// How RapidJSON is compiled everywhere in this library: included before any of its headers.
#include <cstdlib>

// A Writer that is nested wrongly must not go on in release builds either.
#define RAPIDJSON_ASSERT(condition) ((condition) ? static_cast<void>(0) : std::abort())
// Strings are scanned 16 bytes a step.
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#elif defined(__ARM_NEON)
#define RAPIDJSON_NEON
#endif
