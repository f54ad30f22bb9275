#pragma once
#include <filesystem>
#include <span>
#include <string>

namespace hookswitch::ingress {

/// A text that changes whenever one of the files does: replaced, written to, gone or there again.
[[nodiscard]] std::string fingerprint(std::span<const std::filesystem::path> files);

}  // namespace hookswitch::ingress
