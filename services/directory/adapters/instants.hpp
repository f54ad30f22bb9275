#pragma once
#include <hookswitch/core/time.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <optional>

namespace hookswitch::directory {

/// A column in milliseconds of the epoch, UTC; nothing where it is null.
[[nodiscard]] inline std::optional<TimePoint> instant_at(const postgres::Rows& rows,
                                                         std::size_t row, std::size_t column) {
  if (!rows.at(row, column)) return std::nullopt;
  return from_epoch_ms(rows.integer(row, column));
}

}  // namespace hookswitch::directory
