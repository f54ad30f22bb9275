#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hookswitch/core/decimal.hpp>
#include <hookswitch/core/result.hpp>

/// The wall around RapidJSON: no other library or service includes it.
namespace hookswitch::json {

/// What a text may be before it is refused.
struct Limits {
  std::size_t bytes_max = std::size_t{4} * 1024 * 1024;
  std::size_t depth_max = 64;
  std::size_t members_max = 200'000;  ///< object members and array elements in all
};

class Document;

/// A place in a document, cheap to copy, valid as long as its Document. Knows its own path, so that every
/// error names the field (RFC 6901, "/call/end_timestamp"). An absent place is a Value too: kind() is absent.
class Value {
 public:
  enum class Kind { absent, null, boolean, number, string, array, object };

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool present() const { return kind() != Kind::absent; }
  /// JSON null or not there: providers use both for "nothing".
  [[nodiscard]] bool empty() const { return kind() == Kind::absent || kind() == Kind::null; }
  [[nodiscard]] std::string path() const;

  /// Member of an object (the first of that name), or an absent Value for anything else. Never fails.
  [[nodiscard]] Value operator[](std::string_view member) const;
  /// How often an object has that member: above 1 means a duplicate key.
  [[nodiscard]] std::size_t count(std::string_view member) const;
  /// Elements of an array or members of an object; 0 for anything else.
  [[nodiscard]] std::size_t size() const;
  /// Element of an array; absent when out of range.
  [[nodiscard]] Value at(std::size_t index) const;
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

  /// The bytes of this part exactly as sent: a view into the text that was parsed. Empty when absent.
  [[nodiscard]] std::string_view raw_json() const;

 private:
  friend class Document;
  struct Node;
  Value(const Document* document, const void* node, std::shared_ptr<const Node> trail);
  const Document* document_ = nullptr;
  const void* node_ = nullptr;                ///< a rapidjson::Value, or null when absent
  std::shared_ptr<const Node> trail_;         ///< the way from the root, for path()
};

/// A parsed text. Move only; Values point into it.
class Document {
 public:
  /// Parses UTF-8 text. Refuses, with a Rejection that gives the byte offset: not JSON ("not_json"), not UTF-8
  /// ("not_utf8"), too long, too deep, too many members ("too_large", "too_deep", "too_many_members"). Does not
  /// recurse. The text must outlive the Document, whose raw_json() points into it.
  [[nodiscard]] static Result<Document> parse(std::string_view text, const Limits& limits = {});

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  [[nodiscard]] Value root() const;

 private:
  struct Impl;
  explicit Document(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// True when the bytes are well-formed UTF-8 (Unicode 15 table 3-7: no overlong forms, no surrogates).
[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace hookswitch::json
