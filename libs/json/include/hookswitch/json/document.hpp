#pragma once
#include <hookswitch/core/decimal.hpp>
#include <hookswitch/core/result.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The wall around simdjson and RapidJSON: no other library or service includes them.
namespace hookswitch::json {

/// What a text may be before it is refused.
struct Limits {
  std::size_t bytes_max = std::size_t{4} * 1024 * 1024;
  std::size_t depth_max = 64;
  std::size_t members_max = 200'000;  ///< object members and array elements in all
};

class Document;
class Tape;

/// A place in a document, cheap to copy, valid as long as its Document (also after that was moved).
/// Knows its own path, so that every error names the field (RFC 6901, "/call/end_timestamp"). An
/// absent place is a Value too: kind() is absent; its path names the first member on the way that
/// was missing, and views the name it was asked for. Reading is thread safe.
class Value {
 public:
  enum class Kind { absent, null, boolean, number, string, array, object };

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool present() const { return kind() != Kind::absent; }
  /// Providers use both for "nothing".
  [[nodiscard]] bool absent_or_null() const {
    return kind() == Kind::absent || kind() == Kind::null;
  }
  [[nodiscard]] std::string path() const;

  /// Member of an object (the first of that name), or an absent Value for anything else. Never
  /// fails. Walks over the members: use members() to read them all.
  [[nodiscard]] Value operator[](std::string_view member) const;
  /// How often an object has that member: above 1 means a duplicate key.
  [[nodiscard]] std::size_t count(std::string_view member) const;
  /// Elements of an array or members of an object; 0 for anything else.
  [[nodiscard]] std::size_t size() const;
  /// Element of an array; absent when out of range.
  [[nodiscard]] Value at(std::size_t index) const;
  /// Elements of an array in order; empty for anything else.
  [[nodiscard]] std::vector<Value> elements() const;
  /// Members of an object in the order sent, duplicates included; empty for anything else.
  [[nodiscard]] std::vector<std::pair<std::string_view, Value>> members() const;
  /// Member names of an object in the order sent.
  [[nodiscard]] std::vector<std::string_view> member_names() const;

  // Required reads: a Rejection "missing_field" or "wrong_type" with the path.
  [[nodiscard]] Result<std::string_view> string() const;
  [[nodiscard]] Result<bool> boolean() const;
  /// An integer that fits; 5.0 and 5e0 count as 5, 5.5 does not.
  [[nodiscard]] Result<std::int64_t> integer() const;
  /// Exact, from the digits as sent, never through a double.
  [[nodiscard]] Result<Decimal> decimal() const;

  // Optional reads: nothing when absent or null, a Rejection when of another type.
  [[nodiscard]] Result<std::optional<std::string_view>> optional_string() const;
  [[nodiscard]] Result<std::optional<bool>> optional_boolean() const;
  [[nodiscard]] Result<std::optional<std::int64_t>> optional_integer() const;
  [[nodiscard]] Result<std::optional<Decimal>> optional_decimal() const;

  /// The bytes of this part exactly as sent: a view into the text that was parsed. Empty when
  /// absent.
  [[nodiscard]] std::string_view raw_json() const;

 private:
  friend class Document;
  Value(const Tape* tape, std::uint32_t node) : tape_(tape), node_(node) {}
  [[nodiscard]] Value missing(std::string_view name, std::uint32_t index) const;
  [[nodiscard]] Rejection wrong_type(std::string_view expected) const;

  static constexpr std::uint32_t no_index = 0xFFFFFFFF;
  const Tape* tape_ = nullptr;
  std::uint32_t node_ = 0;  ///< when absent: the nearest place on the way that exists
  bool absent_ = false;
  std::uint32_t missing_index_ = no_index;
  std::string_view missing_name_;
};

/// A parsed text. Move only; Values point into it.
class Document {
 public:
  /// Parses UTF-8 text by RFC 8259. Refuses, with a Rejection that gives the byte offset: not JSON
  /// ("not_json"; a byte order mark, NaN and anything behind the value included), not UTF-8
  /// ("not_utf8"; half of a surrogate pair included), too long, too deep, too many members
  /// ("too_large", "too_deep", "too_many_members"). Numbers may have any size. Does not recurse.
  /// The text must outlive what is made of raw_json(), which points into it; all else is a copy's.
  /// Memory is reused from one Document of a thread to the next. Thread safe.
  /// `raw_places`: pointers (RFC 6901, of names without ~ or /) to members whose objects and
  /// arrays are wanted as sent. They are checked as all is, have their kind, size() and
  /// raw_json(), and nothing is found in them; that takes half the time of what lies there.
  [[nodiscard]] static Result<Document> parse(std::string_view text, const Limits& limits = {},
                                              std::span<const std::string_view> raw_places = {});
  /// A temporary string would be gone before the Document.
  template <std::same_as<std::string> Temporary>
  static Result<Document> parse(Temporary&& text, const Limits& limits = {},
                                std::span<const std::string_view> raw_places = {}) = delete;

  /// As parse(), but nothing is copied: the text must outlive the Document, too.
  [[nodiscard]] static Result<Document> parse_borrowed(
      std::string_view text, const Limits& limits = {},
      std::span<const std::string_view> raw_places = {});
  template <std::same_as<std::string> Temporary>
  static Result<Document> parse_borrowed(Temporary&& text, const Limits& limits = {},
                                         std::span<const std::string_view> raw_places = {}) =
      delete;

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  [[nodiscard]] Value root() const;

 private:
  explicit Document(std::unique_ptr<Tape> tape);
  static Result<Document> parse_into_tape(std::string_view text, bool copied, const Limits& limits,
                                          std::span<const std::string_view> raw_places);
  std::unique_ptr<Tape> tape_;
};

/// True when the bytes are well-formed UTF-8 (Unicode 15 table 3-7: no overlong forms, no
/// surrogates).
[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace hookswitch::json
