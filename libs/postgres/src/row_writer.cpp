#include <hookswitch/postgres/row_writer.hpp>

#include <stdexcept>
#include <utility>

namespace hookswitch::postgres {

RowWriter::RowWriter(std::string_view table, std::vector<Column> columns)
    : table_(table),
      columns_(std::move(columns)),
      cells_(columns_.size(), Array(Array::Of::text)) {}

Array& RowWriter::next_cell() {
  Array& cells = cells_[next_];
  next_ = (next_ + 1) % columns_.size();
  return cells;
}

void RowWriter::reserve(std::string_view column, std::size_t cells, std::size_t bytes) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].name == column) return cells_[i].reserve(cells, bytes);
  }
  throw std::logic_error(table_ + " has no column " + std::string(column));
}

void RowWriter::write(Transaction& transaction, std::string_view then) {
  std::string sql;
  std::vector<Parameter> parameters;
  append_insert(sql, parameters, then);
  if (!sql.empty()) transaction.queue(std::move(sql), std::move(parameters));
}

// All but the last are in a WITH, whose statements are carried out whether or not anybody reads
// them (PostgreSQL 15, 7.8.4).
void RowWriter::write_together(Transaction& transaction, std::span<Insert> inserts) {
  std::string sql;
  std::string last;
  std::vector<Parameter> parameters;
  for (auto& insert : inserts) {
    std::string text;
    insert.rows.append_insert(text, parameters, insert.then);
    if (text.empty()) continue;
    if (!last.empty()) {
      sql +=
          (sql.empty() ? "WITH " : ", ") + std::string("of_") + std::to_string(parameters.size());
      sql += " AS (" + last + ")";
    }
    last = std::move(text);
  }
  if (!last.empty()) transaction.queue(sql + " " + last, std::move(parameters));
}

void RowWriter::append_insert(std::string& sql, std::vector<Parameter>& parameters,
                              std::string_view then) {
  if (next_ != 0) throw std::logic_error("a row for " + table_ + " is not complete");
  if (empty()) return;
  std::string names;
  std::string values;
  std::string arrays;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string_view comma = i == 0 ? "" : ",";
    const auto& column = columns_[i];
    parameters.emplace_back(std::exchange(cells_[i], Array(Array::Of::text)));
    names.append(comma).append(column.name);
    values.append(comma);
    if (column.expression.empty()) {
      values.append(column.name).append("::").append(column.type);
    } else {
      values.append(column.expression);
    }
    arrays += comma;
    arrays.append("$").append(std::to_string(parameters.size())).append("::text[]");
  }
  sql += "INSERT INTO " + table_ + " (" + names + ") SELECT " + values + " FROM unnest(" + arrays +
         ") AS given(" + names + ") " + std::string(then);
}

std::string RowWriter::replacing(std::size_t keys) const {
  std::string key;
  std::string changes;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto name = columns_[i].name;
    if (i < keys) {
      key.append(key.empty() ? "" : ",").append(name);
    } else {
      changes.append(changes.empty() ? "" : ",").append(name);
      changes.append("=excluded.").append(name);
    }
  }
  return "ON CONFLICT (" + key + ") DO UPDATE SET " + changes;
}

}  // namespace hookswitch::postgres
