// The guard against Beast: what the guard takes, Beast must read the same way. (What only Beast
// takes is why there is a guard.) And the guard against itself: where the bytes are cut on their
// way must not change what is read.
#include <hookswitch/http/framing.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <vector>

namespace {

namespace beast = boost::beast::http;
using hookswitch::http::Accepted;

void require(bool holds) {
  if (!holds) std::abort();
}

std::ptrdiff_t count(const hookswitch::http::HeaderFields& fields, std::string_view name) {
  return std::count_if(fields.begin(), fields.end(), [name](const auto& field) {
    return hookswitch::http::equals_ignoring_case(field.first, name);
  });
}

std::vector<std::string_view> values_of(const hookswitch::http::HeaderFields& fields,
                                        std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& field : fields) {
    if (hookswitch::http::equals_ignoring_case(field.first, name)) values.push_back(field.second);
  }
  return values;
}

template <class Iterator>
std::vector<std::string_view> values_of(Iterator first, Iterator last) {
  std::vector<std::string_view> values;
  for (; first != last; ++first) {
    const auto value = first->value();
    values.emplace_back(value.data(), value.size());
  }
  return values;
}

/// The statuses that refuse a head; anything else would be an answer nobody documented.
void check_refusal(const hookswitch::http::Refused& refused) {
  constexpr std::array<unsigned, 7> statuses{400, 411, 413, 417, 431, 501, 505};
  require(std::find(statuses.begin(), statuses.end(), refused.status) != statuses.end());
  require(!refused.reason.empty() && hookswitch::http::is_field_value(refused.reason));
}

/// A connection asks after each read: no answer before its time, none that is taken back.
void check_cut(std::string_view received, std::size_t at,
               const hookswitch::http::FramingLimits& limits) {
  using namespace hookswitch::http;
  const auto whole = find_head(received, limits);
  const auto part = find_head(received.substr(0, at), limits);
  if (const auto* refused = std::get_if<Refused>(&whole)) check_refusal(*refused);
  if (const auto* refused = std::get_if<Refused>(&part)) check_refusal(*refused);
  if (const auto* complete = std::get_if<HeadComplete>(&part)) {
    const auto* same = std::get_if<HeadComplete>(&whole);
    require(complete->bytes <= at && same != nullptr && same->bytes == complete->bytes);
  } else if (const auto* later = std::get_if<HeadComplete>(&whole)) {
    require(later->bytes > at && later->bytes <= limits.header_bytes_max);
    // What was refused early is refused late: the whole head must not be taken.
    HeaderFields fields;
    const auto verdict = guard_framing(received.substr(0, later->bytes), limits, fields);
    require(std::holds_alternative<HeadIncomplete>(part) ||
            std::holds_alternative<Refused>(verdict));
  }
}

/// What every later part takes for granted of a head that was taken.
void check_accepted(const Accepted& accepted, const hookswitch::http::HeaderFields& fields,
                    const hookswitch::http::FramingLimits& limits) {
  require(accepted.path.starts_with('/') && accepted.path.find('?') == std::string_view::npos);
  require(fields.size() <= limits.fields_max);
  require(count(fields, "transfer-encoding") == 0);
  require(count(fields, "content-length") <= 1);
  require(count(fields, "host") <= 1 && (accepted.http_1_0 || count(fields, "host") == 1));
  for (const auto& name : limits.single_headers) require(count(fields, name) <= 1);
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
  for (const auto& [name, value] : fields) {
    // Beast keeps what has the same name together, in its order.
    const auto [first, last] = request.equal_range({name.data(), name.size()});
    require(values_of(fields, name) == values_of(first, last));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookswitch::http;
  static const FramingLimits limits{8192, 64, {"X-Retell-Signature", "X-Cal-Signature-256"}};
  const std::string_view received(reinterpret_cast<const char*>(data), size);
  if (size > 0) check_cut(received, (data[size - 1] * size) >> 8, limits);
  const auto found = find_head(received, limits);
  const auto* head = std::get_if<HeadComplete>(&found);
  if (head == nullptr) return 0;
  HeaderFields fields;
  const auto verdict = guard_framing(received.substr(0, head->bytes), limits, fields);
  if (const auto* refused = std::get_if<Refused>(&verdict)) check_refusal(*refused);
  const auto* accepted = std::get_if<Accepted>(&verdict);
  if (accepted == nullptr) return 0;
  check_accepted(*accepted, fields, limits);
  // Beast obeys Proxy-Connection as if it were Connection, and refuses what is no list of options
  // in it. No RFC defines it and it frames nothing; the guard ignores it.
  if (count(fields, "proxy-connection") == 0) {
    compare(received.substr(0, head->bytes), *accepted, fields);
  }
  return 0;
}
