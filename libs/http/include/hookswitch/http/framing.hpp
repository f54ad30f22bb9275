#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The framing guard: decides where a request ends before anything else looks at it, and refuses
/// whatever two servers could read differently (RFC 9112 §11.2; reliability.md M12, §4.4). Pure
/// functions, thread safe, no allocation but for the list of fields.
namespace hookswitch::http {

/// Names as sent and values without surrounding white space, in the order sent. Views into the
/// head.
using HeaderFields = std::vector<std::pair<std::string_view, std::string_view>>;

struct FramingLimits {
  std::size_t header_bytes_max =
      8192;                     ///< request line and fields with their line ends; above: 431
  std::size_t fields_max = 64;  ///< above: 431
  /// Besides Host, Content-Length, Content-Type and Expect: headers that may occur only once
  /// (signatures). At most 32 of them.
  std::vector<std::string> single_headers;
};

/// A head that can be read in one way only. All views point into the head.
struct Accepted {
  std::string_view method;         ///< one of GET HEAD POST PUT DELETE PATCH OPTIONS TRACE QUERY
  std::string_view path;           ///< origin-form up to '?', begins with '/'
  std::string_view query;          ///< after '?', or empty
  std::size_t content_length = 0;  ///< bytes of the body that follows the head
  bool http_1_0 = false;
  bool keep_alive = true;        ///< what version and Connection ask for
  bool expect_continue = false;  ///< the client waits for 100 before it sends the body
};

/// Answer this status and close: the bytes after the head have no agreed meaning.
struct Refused {
  unsigned status;
  std::string_view reason;  ///< a fixed sentence, never an echo of what was sent
};

struct HeadIncomplete {};
struct HeadComplete {
  std::size_t bytes;  ///< up to and with the empty line
};

/// Looks for the end of the head in what has been received so far. Refuses at once what can never
/// become a good head (a line feed without carriage return, a first line without a version, more
/// than header_bytes_max bytes), so that nobody waits for a deadline.
[[nodiscard]] std::variant<HeadIncomplete, HeadComplete, Refused> find_head(
    std::string_view received, const FramingLimits& limits);

/// Judges a whole head, with its empty line. Fills `fields` (its old content is dropped).
[[nodiscard]] std::variant<Accepted, Refused> guard_framing(std::string_view head,
                                                            const FramingLimits& limits,
                                                            HeaderFields& fields);

/// ASCII comparison without case, as header names want it.
[[nodiscard]] bool equals_ignoring_case(std::string_view left, std::string_view right);

/// True for a field name and value that may go on the wire (token; no control characters but tab).
[[nodiscard]] bool is_field_name(std::string_view name);
[[nodiscard]] bool is_field_value(std::string_view value);

}  // namespace hookswitch::http
