#pragma once
#include "domain/call.hpp"

#include <hookswitch/postgres/connection.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How calls lie in rows: a statement for many rows takes one array for each column, through
/// unnest.
namespace hookswitch::call_processing {

/// A table that rows are written to, column by column.
class RowWriter {
 public:
  struct Column {
    std::string_view name;
    std::string_view type;          ///< of one cell
    std::string_view expression{};  ///< how INSERT writes the cell, when not as it is
  };

  RowWriter(std::string_view table, std::vector<Column> columns);

  /// The next cell: row after row, in the order of the columns. Nothing is NULL.
  void add(std::optional<std::string> cell);
  [[nodiscard]] bool empty() const { return cells_.front().empty(); }
  /// Inserts the rows in one statement; `then` is what follows ("ON CONFLICT …"). Does nothing
  /// without rows.
  void write(postgres::Transaction& transaction, std::string_view then = {}) const;
  /// "ON CONFLICT (keys) DO UPDATE SET …" for all columns but the first two, which are the key of
  /// every table here.
  [[nodiscard]] std::string replacing() const;

 private:
  std::string table_;
  std::vector<Column> columns_;
  std::vector<std::vector<std::optional<std::string>>> cells_;
  std::size_t next_ = 0;
};

/// A writer with the columns of call_state.
[[nodiscard]] RowWriter call_state_rows();
void add_state(RowWriter& rows, const Call& call, const std::string& month);

/// What SELECT has to read of call_state for state_of().
[[nodiscard]] std::string_view call_state_columns();
[[nodiscard]] CallState state_of(const postgres::Rows& rows, std::size_t row);

}  // namespace hookswitch::call_processing
