// Any header: only the one that sign() makes (but for leading zeros) is ever genuine.
#include <hookswitch/signing/retell.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace hookswitch;
using signing::retell::Verdict;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> keys{"key_fuzz"};
  static const TimePoint now = from_epoch_ms(1'795'421'700'000);
  static const std::string body = "{}";
  // The first byte says which: the bytes alone, or as an edit behind a genuine start.
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string header(bytes.substr(size > 0 ? 1 : 0));
  if (size > 0 && data[0] < 0x80) {
    const std::string good = signing::retell::sign(body, keys.front(), now);
    header = good.substr(0, data[0] % (good.size() + 1)) + header;
  }
  if (signing::retell::verify(body, header, keys, now) != Verdict::genuine) return 0;
  const std::size_t stamp = header.find_first_not_of('0', 2);
  const auto comma = header.find(',');
  const auto ms = std::stoll(header.substr(stamp, comma - stamp));
  const std::string made = signing::retell::sign(body, keys.front(), from_epoch_ms(ms));
  if ("v=" + header.substr(stamp) != made) std::abort();
  return 0;
}
