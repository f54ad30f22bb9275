#pragma once
#include <hookswitch/core/uuid.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace hookswitch::postgres {

/// An array parameter in PostgreSQL's binary form (array_send), built element by element: nothing
/// is quoted by us or parsed by the server. For what goes out by the thousand; array_literal() does
/// for a few. Value type.
class Array {
 public:
  /// What the statement casts the parameter to: $1::text[].
  enum class Of : std::uint32_t { bytea = 17, bigint = 20, integer = 23, text = 25, uuid = 2950 };

  explicit Array(Of type);

  // Of its own type, each: anything else throws std::logic_error, a programming error.

  /// Text (UTF-8, without NUL; the server refuses anything else as StatementError 22021) or bytea.
  void add(std::string_view bytes);
  void add(std::int64_t number);  ///< bigint
  void add(std::int32_t number);  ///< integer
  void add(const Uuid& id);
  void add_null();

  /// Makes room for so many more elements, of so many bytes together.
  void reserve(std::size_t elements, std::size_t bytes);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// The wire form.
  [[nodiscard]] std::string_view bytes() const;

 private:
  void element(Of type, std::string_view bytes);

  Of type_;
  std::uint32_t size_ = 0;
  std::string bytes_;
};

}  // namespace hookswitch::postgres
