// The guard against Beast: what the guard takes, Beast must read the same way. (What only Beast
// takes is why there is a guard.)
#include <hookswitch/http/framing.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <limits>

namespace {

namespace beast = boost::beast::http;
using hookswitch::http::Accepted;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Beast obeys Proxy-Connection as if it were Connection. No RFC defines it and it frames nothing;
/// the guard ignores it.
bool has_proxy_connection(const hookswitch::http::HeaderFields& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const auto& field) {
    return hookswitch::http::equals_ignoring_case(field.first, "proxy-connection");
  });
}

void compare(std::string_view head, const Accepted& accepted,
             const hookswitch::http::HeaderFields& fields) {
  beast::request_parser<beast::empty_body> parser;
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());
  parser.body_limit(boost::none);
  boost::system::error_code error;
  const std::size_t used = parser.put(boost::asio::buffer(head.data(), head.size()), error);
  require(!error);
  require(used == head.size());
  require(parser.is_header_done());
  require(parser.content_length().value_or(0) == accepted.content_length);
  require(!parser.chunked());
  require(parser.keep_alive() == accepted.keep_alive);
  const auto& request = parser.get();
  require(request.method_string() == accepted.method);
  require(request.version() == (accepted.http_1_0 ? 10U : 11U));
  require(static_cast<std::size_t>(std::distance(request.begin(), request.end())) == fields.size());
  for (const auto& [name, value] : fields) require(request.count({name.data(), name.size()}) > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookswitch::http;
  static const FramingLimits limits{8192, 64, {"X-Retell-Signature", "X-Cal-Signature-256"}};
  const std::string_view received(reinterpret_cast<const char*>(data), size);
  const auto found = find_head(received, limits);
  const auto* head = std::get_if<HeadComplete>(&found);
  if (head == nullptr) return 0;
  HeaderFields fields;
  const auto verdict = guard_framing(received.substr(0, head->bytes), limits, fields);
  const auto* accepted = std::get_if<Accepted>(&verdict);
  if (accepted != nullptr && !has_proxy_connection(fields)) {
    compare(received.substr(0, head->bytes), *accepted, fields);
  }
  return 0;
}
