#include <hookswitch/http/framing.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace hookswitch::http {
namespace {

enum CharClass : std::uint8_t { token = 1, text = 2, target = 4, host = 8, digit = 16 };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  const auto add = [&](std::string_view chars, std::uint8_t mask) {
    for (const char c : chars) {
      auto& entry = classes[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | mask);
    }
  };
  for (unsigned c = 0x20; c < 0x100; ++c) {
    if (c != 0x7f) classes[c] = text;  // field-content and obs-text, RFC 9110 §5.5
    if (c > 0x20 && c < 0x7f && c != '#') {
      classes[c] = static_cast<std::uint8_t>(classes[c] | target);
    }
  }
  classes['\t'] = text;
  constexpr std::string_view alpha = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  add(alpha, token | host);
  add("0123456789", token | host | digit);
  add("!#$%&'*+-.^_`|~", token);
  add("-._~%:[]", host);
  return classes;
}

constexpr std::array<std::uint8_t, 256> classes = make_classes();

bool all(std::string_view chars, std::uint8_t mask) {
  return std::all_of(chars.begin(), chars.end(), [mask](char c) {
    return (classes[static_cast<unsigned char>(c)] & mask) != 0;
  });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trim(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return value;
}

constexpr std::array<std::string_view, 9> known_methods{
    "POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"};

std::optional<Refused> check_method(std::string_view method) {
  const bool well_formed = !method.empty() && std::all_of(method.begin(), method.end(), [](char c) {
    return c >= 'A' && c <= 'Z';
  });
  if (!well_formed) return Refused{400, "The request line has no well-formed method."};
  if (std::find(known_methods.begin(), known_methods.end(), method) == known_methods.end()) {
    return Refused{501, "The method is not implemented."};
  }
  return std::nullopt;
}

/// `HTTP/1.1` and `HTTP/1.0` only.
std::optional<Refused> check_version(std::string_view version) {
  const bool well_formed = version.size() == 8 && version.substr(0, 5) == "HTTP/" &&
                           all(version.substr(5, 1), digit) && version[6] == '.' &&
                           all(version.substr(7, 1), digit);
  if (!well_formed) return Refused{400, "The request line has no HTTP version."};
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return Refused{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
  }
  return std::nullopt;
}

std::optional<Refused> parse_request_line(std::string_view line, Accepted& accepted) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == line.npos ? line.npos : line.find(' ', first + 1);
  if (second == line.npos) return Refused{400, "The request line has no HTTP version."};
  const std::string_view version = line.substr(second + 1);
  if (auto refused = check_version(version)) return refused;
  accepted.http_1_0 = version.back() == '0';
  accepted.keep_alive = !accepted.http_1_0;

  accepted.method = line.substr(0, first);
  if (auto refused = check_method(accepted.method)) return refused;

  const std::string_view whole = line.substr(first + 1, second - first - 1);
  if (whole.empty() || whole.front() != '/' || !all(whole, target)) {
    return Refused{400, "The request target must be in origin-form."};
  }
  const std::size_t mark = whole.find('?');
  accepted.path = whole.substr(0, mark);
  accepted.query = mark == whole.npos ? std::string_view{} : whole.substr(mark + 1);
  return std::nullopt;
}

/// What the fields say about where the message ends, gathered while they pass by.
class FieldJudge {
 public:
  FieldJudge(const FramingLimits& limits, Accepted& accepted)
      : limits_(limits), accepted_(accepted) {}

  std::optional<Refused> take(std::string_view name, std::string_view value) {
    switch (name.size()) {
      case 4:
        if (equals_ignoring_case(name, "host")) return take_host(value);
        break;
      case 6:
        if (equals_ignoring_case(name, "expect")) return take_expect(value);
        break;
      case 10:
        if (equals_ignoring_case(name, "connection")) return take_connection(value);
        break;
      case 12:
        if (equals_ignoring_case(name, "content-type")) return take_once(content_type_, value);
        break;
      case 14:
        if (equals_ignoring_case(name, "content-length")) return take_length(value);
        break;
      case 17:
        if (equals_ignoring_case(name, "transfer-encoding")) transfer_encoding_ = true;
        break;
      default:
        break;
    }
    return take_single(name);
  }

  /// Rules about what is there together, or is missing.
  std::optional<Refused> finish() const {
    if (!host_ && !accepted_.http_1_0) return Refused{400, "Host is missing."};
    if (transfer_encoding_) {
      if (length_ || accepted_.http_1_0) {
        return Refused{400, "Transfer-Encoding contradicts the rest of the request."};
      }
      return Refused{411, "Transfer-Encoding is not taken; send Content-Length."};
    }
    const bool carries_body =
        accepted_.method == "POST" || accepted_.method == "PUT" || accepted_.method == "PATCH";
    if (carries_body && !length_) return Refused{411, "Content-Length is missing."};
    return std::nullopt;
  }

 private:
  std::optional<Refused> take_host(std::string_view value) {
    if (host_) return Refused{400, "Host occurs twice."};
    if (value.empty() || !all(value, host)) return Refused{400, "Host is not well formed."};
    host_ = true;
    return std::nullopt;
  }

  std::optional<Refused> take_expect(std::string_view value) {
    if (expect_) return Refused{400, "Expect occurs twice."};
    expect_ = true;
    if (!equals_ignoring_case(value, "100-continue")) {
      return Refused{417, "Only the expectation 100-continue is known."};
    }
    accepted_.expect_continue = !accepted_.http_1_0;  // RFC 9110 §10.1.1: ignored in 1.0
    return std::nullopt;
  }

  std::optional<Refused> take_connection(std::string_view value) {
    while (true) {
      const std::size_t comma = value.find(',');
      const std::string_view option = trim(value.substr(0, comma));
      if (!is_field_name(option)) return Refused{400, "Connection is not a list of options."};
      if (equals_ignoring_case(option, "close")) close_ = true;
      if (equals_ignoring_case(option, "keep-alive")) accepted_.keep_alive = true;
      if (comma == value.npos) break;
      value.remove_prefix(comma + 1);
    }
    if (close_) accepted_.keep_alive = false;
    return std::nullopt;
  }

  std::optional<Refused> take_length(std::string_view value) {
    if (length_) return Refused{400, "Content-Length occurs twice."};
    length_ = true;
    const bool plain =
        !value.empty() && all(value, digit) && (value.size() == 1 || value.front() != '0');
    if (!plain) return Refused{400, "Content-Length is not a plain number."};
    if (value.size() > 15) return Refused{413, "The body is too large."};
    for (const char c : value) {
      accepted_.content_length = accepted_.content_length * 10 + static_cast<std::size_t>(c - '0');
    }
    return std::nullopt;
  }

  static Refused twice() { return {400, "A header that may occur once occurs twice."}; }

  static std::optional<Refused> take_once(bool& seen, std::string_view value) {
    if (seen) return twice();
    seen = true;
    if (value.empty()) return Refused{400, "A header that needs a value is empty."};
    return std::nullopt;
  }

  std::optional<Refused> take_single(std::string_view name) {
    for (std::size_t i = 0; i < limits_.single_headers.size(); ++i) {
      if (!equals_ignoring_case(name, limits_.single_headers[i])) continue;
      // An empty one is its route's to refuse: an empty signature is a 401, not a framing error.
      if ((singles_ >> i & 1U) != 0) return twice();
      singles_ |= std::uint32_t{1} << i;
    }
    return std::nullopt;
  }

  const FramingLimits& limits_;
  Accepted& accepted_;
  bool host_ = false;
  bool expect_ = false;
  bool close_ = false;
  bool content_type_ = false;
  bool length_ = false;
  bool transfer_encoding_ = false;
  std::uint32_t singles_ = 0;
};

std::optional<Refused> parse_field(std::string_view line, FieldJudge& judge, HeaderFields& fields) {
  if (line.front() == ' ' || line.front() == '\t') {
    return Refused{400, "A header continues on a second line."};
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos || !is_field_name(line.substr(0, colon))) {
    return Refused{400, "A header has no well-formed name."};
  }
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_field_value(value)) return Refused{400, "A header's value holds a control character."};
  fields.emplace_back(line.substr(0, colon), value);
  return judge.take(line.substr(0, colon), value);
}

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

}  // namespace

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool is_field_name(std::string_view name) { return !name.empty() && all(name, token); }

bool is_field_value(std::string_view value) { return all(value, text); }

std::variant<HeadIncomplete, HeadComplete, Refused> find_head(std::string_view received,
                                                              const FramingLimits& limits) {
  constexpr Refused too_long{431, "The header is too long."};
  const std::size_t end = received.find(head_end);
  if (end != received.npos) {
    const std::size_t bytes = end + head_end.size();
    if (bytes > limits.header_bytes_max) return too_long;
    return HeadComplete{bytes};
  }
  for (std::size_t at = received.find('\n'); at != received.npos;
       at = received.find('\n', at + 1)) {
    if (at == 0 || received[at - 1] != '\r') {
      return Refused{400, "A line ends without carriage return and line feed."};
    }
  }
  const std::size_t first_line = received.find(line_end);
  if (first_line != received.npos) {
    Accepted unused;
    if (auto refused = parse_request_line(received.substr(0, first_line), unused)) return *refused;
  }
  if (received.size() >= limits.header_bytes_max) return too_long;
  return HeadIncomplete{};
}

std::variant<Accepted, Refused> guard_framing(std::string_view head, const FramingLimits& limits,
                                              HeaderFields& fields) {
  fields.clear();
  if (head.size() > limits.header_bytes_max) return Refused{431, "The header is too long."};
  Accepted accepted;
  FieldJudge judge{limits, accepted};
  bool first = true;
  while (true) {
    const std::size_t end = head.find('\r');
    if (end == head.npos || end + 1 == head.size() || head[end + 1] != '\n') {
      return Refused{400, "A line ends without carriage return and line feed."};
    }
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + line_end.size());
    if (first) {
      if (auto refused = parse_request_line(line, accepted)) return *refused;
      first = false;
      continue;
    }
    if (line.empty()) break;
    if (fields.size() == limits.fields_max) return Refused{431, "There are too many headers."};
    if (auto refused = parse_field(line, judge, fields)) return *refused;
  }
  if (!head.empty()) return Refused{400, "The head goes on after its empty line."};
  if (auto refused = judge.finish()) return *refused;
  return accepted;
}

}  // namespace hookswitch::http
