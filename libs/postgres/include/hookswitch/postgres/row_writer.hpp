#pragma once
#include <hookswitch/postgres/connection.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::postgres {

struct Insert;

/// Rows of one table that go out in one statement: an array for each column, through unnest. (COPY
/// is refused under row-level security.) Names, types and expressions are the caller's own text,
/// never data.
class RowWriter {
 public:
  struct Column {
    std::string_view name;
    std::string_view type;  ///< of one cell
    std::string_view
        expression{};  ///< how INSERT writes the cell's text, when not cast to the type
  };

  /// `table` with its schema.
  RowWriter(std::string_view table, std::vector<Column> columns);

  /// The next cell in text form: row after row, in the order of the columns. Nothing is NULL.
  template <std::convertible_to<std::string_view> Text>
  void add(const Text& cell) {
    next_cell().add(std::string_view(cell));
  }
  void add(const std::optional<std::string>& cell) {
    if (cell) {
      next_cell().add(std::string_view(*cell));
    } else {
      next_cell().add_null();
    }
  }
  /// Makes room for so many more cells of a column, of so many bytes together: for what is long.
  /// Throws std::logic_error when there is no such column.
  void reserve(std::string_view column, std::size_t cells, std::size_t bytes);
  [[nodiscard]] bool empty() const { return cells_.front().size() == 0; }
  /// Queues the insertion of the rows in the order in which they were added, and is empty then,
  /// whatever becomes of them. `then` is what follows ("ON CONFLICT …"). Does nothing without rows;
  /// throws std::logic_error when the last row is not complete.
  void write(Transaction& transaction, std::string_view then = {});
  /// "ON CONFLICT (keys) DO UPDATE SET …" for all but the first `keys` columns.
  [[nodiscard]] std::string replacing(std::size_t keys) const;

  /// The same, of several tables, none of them twice, in one statement. In which order is
  /// PostgreSQL's business: not for tables that reference one another, or whose triggers read one
  /// another.
  static void write_together(Transaction& transaction, std::span<Insert> inserts);

 private:
  Array& next_cell();
  void append_insert(std::string& sql, std::vector<Parameter>& parameters, std::string_view then);

  std::string table_;
  std::vector<Column> columns_;
  std::vector<Array> cells_;  ///< a column each
  std::size_t next_ = 0;
};

/// Rows, and what follows their INSERT.
struct Insert {
  RowWriter rows;
  std::string then = {};
};

}  // namespace hookswitch::postgres
