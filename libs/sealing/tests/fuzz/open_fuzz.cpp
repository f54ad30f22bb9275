// Any bytes: only those that were sealed open, only those that were wrapped unwrap.
#include <hookswitch/sealing/envelope.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace hookswitch::sealing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto masters =
      MasterKeys::parse("a 6e9c3fc85cdaf0ef657262fd8c782755d6c9bb3e46c47852673dd22d9efa28d5");
  static const auto made = make_data_key(*masters, "workspace/default");
  static const Place place{"provider_key/default/k1", "retell"};
  static const std::string sealed = seal(made.key, place, "key_of_retell");
  // The first byte says where the given bytes are put: alone, or after as much of genuine ones.
  const std::string_view given(reinterpret_cast<const char*>(data), size);
  const std::size_t kept = size > 0 ? data[0] : 0;
  const std::string rest(given.substr(size > 0 ? 1 : 0));
  const std::string wrapped_try = made.wrapped.substr(0, kept) + rest;
  const std::string sealed_try = sealed.substr(0, kept) + rest;

  if (unwrap(*masters, "workspace/default", wrapped_try).has_value() !=
      (wrapped_try == made.wrapped)) {
    std::abort();
  }
  if (rewrap(*masters, "workspace/default", wrapped_try).has_value() &&
      wrapped_try != made.wrapped) {
    std::abort();
  }
  static_cast<void>(master_key_of(rest));
  if (open(made.key, place, sealed_try).has_value() != (sealed_try == sealed)) std::abort();
  // The same reader takes an operator's file apart; what it takes has a newest key.
  const auto keys = MasterKeys::parse(given);
  if (keys.has_value() && keys->find(keys->newest_id()) == nullptr) std::abort();
  return 0;
}
