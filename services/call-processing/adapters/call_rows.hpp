#pragma once
#include "domain/call.hpp"

#include <hookswitch/postgres/row_writer.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// How calls lie in rows.
namespace hookswitch::call_processing {

/// Where the rows of a call lie.
struct CallPlace {
  std::int64_t number = 0;  ///< call_no
  std::string month;        ///< first_seen_month as Postgres writes it, "2026-11-01"
};

/// A writer with the columns of call_state.
[[nodiscard]] postgres::RowWriter call_state_rows();
void add_state(postgres::RowWriter& rows, const Call& call, const CallPlace& place);

/// What SELECT has to read of call_state for state_of(): call_no first.
[[nodiscard]] std::string_view call_state_columns();
/// Throws std::logic_error when the row holds what was never written.
[[nodiscard]] CallState state_of(const postgres::Rows& rows, std::size_t row);

}  // namespace hookswitch::call_processing
