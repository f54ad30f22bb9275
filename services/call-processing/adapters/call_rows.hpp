#pragma once
#include "domain/call.hpp"

#include <hookswitch/postgres/row_writer.hpp>

#include <string>
#include <string_view>

/// How calls lie in rows.
namespace hookswitch::call_processing {

/// A writer with the columns of call_state.
[[nodiscard]] postgres::RowWriter call_state_rows();
void add_state(postgres::RowWriter& rows, const Call& call, const std::string& month);

/// What SELECT has to read of call_state for state_of().
[[nodiscard]] std::string_view call_state_columns();
[[nodiscard]] CallState state_of(const postgres::Rows& rows, std::size_t row);

}  // namespace hookswitch::call_processing
