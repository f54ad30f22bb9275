#include "session.hpp"

#include <charconv>

namespace hookswitch::postgres {

std::size_t Rows::size() const { return static_cast<std::size_t>(PQntuples(impl_->result.get())); }

std::size_t Rows::affected() const {
  const std::string_view digits = PQcmdTuples(impl_->result.get());
  std::size_t rows = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), rows);
  return rows;
}

std::optional<std::string_view> Rows::at(std::size_t row, std::size_t column) const {
  const auto* result = impl_->result.get();
  if (row >= size() || column >= static_cast<std::size_t>(PQnfields(result))) {
    throw std::logic_error("no row " + std::to_string(row) + " or column " +
                           std::to_string(column));
  }
  const int y = static_cast<int>(row);
  const int x = static_cast<int>(column);
  if (PQgetisnull(result, y, x) != 0) return std::nullopt;
  return std::string_view(PQgetvalue(result, y, x),
                          static_cast<std::size_t>(PQgetlength(result, y, x)));
}

std::string_view Rows::text(std::size_t row, std::size_t column) const {
  const auto value = at(row, column);
  if (!value) throw std::logic_error("column " + std::to_string(column) + " is NULL");
  return *value;
}

std::int64_t Rows::integer(std::size_t row, std::size_t column) const {
  const std::string_view value = text(row, column);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) {
    throw std::logic_error("column " + std::to_string(column) + " is no integer");
  }
  return number;
}

}  // namespace hookswitch::postgres
