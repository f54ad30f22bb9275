#include "adapters/master_key_source.hpp"

#include <string>

namespace hookswitch::directory {
namespace {

constexpr int ask_again_s = 60;

}  // namespace

http::Response without_master_keys(const Rejection& why) {
  return http::retry_later(503, "No master key", why.to_string(), ask_again_s);
}

http::Response without_its_master_key(std::string_view whose, const Rejection& why) {
  std::string detail(whose);
  detail += " data key ";
  detail += why.code == "unknown_master_key"
                ? "is wrapped by " + why.field + ", which this service does not have."
                : "does not open: " + why.code;
  return http::retry_later(503, "No master key", detail, ask_again_s);
}

}  // namespace hookswitch::directory
