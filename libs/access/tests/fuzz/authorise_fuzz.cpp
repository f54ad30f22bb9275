// Any Authorization header: only `Bearer` and the known token, exactly, is anybody.
#include <hookswitch/access/authorise.hpp>
#include <hookswitch/access/token.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace hookswitch;
using namespace hookswitch::access;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string text = "hs_00112233445566ff_" + std::string(43, 'A');
  static const TokenSet tokens{
      {"00112233445566ff",
       {signing::sha256(text), Operator{}, Permission::write, from_epoch_ms(1000), false}}};
  // The first byte says how much of a good header comes before the given bytes.
  const std::string_view given(reinterpret_cast<const char*>(data), size);
  const std::string header = ("Bearer " + text).substr(0, size > 0 ? data[0] : 0) +
                             std::string(given.substr(size > 0 ? 1 : 0));
  const auto verdict = authorise(tokens, header, from_epoch_ms(999));
  std::string scheme = header.substr(0, 7);
  for (auto& c : scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool good = scheme == "bearer " && std::string_view(header).substr(7) == text;
  if (std::holds_alternative<Principal>(verdict) != good) std::abort();
  return 0;
}
