#pragma once
#include "application/ports.hpp"

#include <hookswitch/postgres/connection.hpp>
#include <hookswitch/postgres/row_writer.hpp>

#include <cstddef>
#include <string_view>

/// Usages and plans as rows of the schema's tables, and back.
namespace hookswitch::billing {

[[nodiscard]] postgres::RowWriter usage_rows();
void add_usage(postgres::RowWriter& rows, const Usage& usage, const Home& home);
/// The columns that usage_of() reads, for a SELECT from billing.usage.
[[nodiscard]] std::string_view usage_columns();
[[nodiscard]] OpenUsage usage_of(const postgres::Rows& rows, std::size_t row);

/// The columns that add_plan_row() reads, for a SELECT from price_plan p LEFT JOIN
/// price_plan_version v.
[[nodiscard]] std::string_view plan_columns();
/// Takes one row: a plan with one of its versions, which come in the order of their numbers.
void add_plan_row(const postgres::Rows& rows, std::size_t row, std::map<PlanId, KeptPlan>& plans);

}  // namespace hookswitch::billing
