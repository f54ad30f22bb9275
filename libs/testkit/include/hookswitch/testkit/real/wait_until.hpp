#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace hookswitch::testkit {

/// Looks every few milliseconds until `holds()` is true. Throws std::runtime_error with `what` and
/// `seen()` (what was there instead) when `patience` has run out. For tests: no sleeps.
void wait_until(std::string_view what, std::chrono::milliseconds patience,
                const std::function<bool()>& holds, const std::function<std::string()>& seen = {});

}  // namespace hookswitch::testkit
