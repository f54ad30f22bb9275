#include <hookswitch/postgres/row_writer.hpp>

#include <stdexcept>
#include <utility>

namespace hookswitch::postgres {

RowWriter::RowWriter(std::string_view table, std::vector<Column> columns)
    : table_(table), columns_(std::move(columns)), cells_(columns_.size()) {}

void RowWriter::add(std::optional<std::string> cell) {
  cells_[next_].push_back(std::move(cell));
  next_ = (next_ + 1) % columns_.size();
}

void RowWriter::write(Transaction& transaction, std::string_view then) const {
  if (next_ != 0) throw std::logic_error("a row for " + table_ + " is not complete");
  if (empty()) return;
  std::string names;
  std::string values;
  std::string arrays;
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string comma = i == 0 ? "" : ",";
    const auto& column = columns_[i];
    names += comma + std::string(column.name);
    values += comma + std::string(column.expression.empty() ? column.name : column.expression);
    arrays += comma + "$" + std::to_string(i + 1) + "::" + std::string(column.type) + "[]";
    parameters.emplace_back(array_literal(cells_[i]));
  }
  const std::string sql = "INSERT INTO " + table_ + " (" + names + ") SELECT " + values +
                          " FROM unnest(" + arrays + ") AS given(" + names + ") " +
                          std::string(then);
  transaction.execute(sql, parameters);
}

std::string RowWriter::replacing(std::size_t keys) const {
  std::string key;
  std::string changes;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string name(columns_[i].name);
    if (i < keys) {
      key += (key.empty() ? "" : ",") + name;
    } else {
      changes += (changes.empty() ? "" : ",") + name + "=excluded." + name;
    }
  }
  return "ON CONFLICT (" + key + ") DO UPDATE SET " + changes;
}

}  // namespace hookswitch::postgres
