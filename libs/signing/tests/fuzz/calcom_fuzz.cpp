// Any header: only the one that sign() makes is ever genuine.
#include <hookswitch/signing/calcom.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace hookswitch::signing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> secrets{"", "secret_fuzz"};
  static const std::string good = calcom::sign("{}", secrets.back());
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string header(bytes.substr(size > 0 ? 1 : 0));
  if (size > 0 && data[0] < 0x80) header = good.substr(0, data[0] % (good.size() + 1)) + header;
  const bool genuine = calcom::verify("{}", header, secrets) == calcom::Verdict::genuine;
  if (genuine != (header == good)) std::abort();
  return 0;
}
