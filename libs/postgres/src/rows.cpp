#include "session.hpp"

#include <charconv>

namespace hookswitch::postgres {

std::size_t Rows::size() const { return impl_->result.size(); }

std::size_t Rows::affected() const { return impl_->result.affected_rows(); }

std::optional<std::string_view> Rows::at(std::size_t row, std::size_t column) const {
  const auto& result = impl_->result;
  if (row >= result.size() || column >= result.columns()) {
    throw std::logic_error("no row " + std::to_string(row) + " or column " +
                           std::to_string(column));
  }
  const auto field =
      result[static_cast<pqxx::result::size_type>(row)][static_cast<pqxx::row::size_type>(column)];
  if (field.is_null()) return std::nullopt;
  return std::string_view(field.c_str(), field.size());
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
