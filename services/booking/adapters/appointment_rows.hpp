#pragma once
#include "domain/appointment.hpp"

#include <hookswitch/postgres/row_writer.hpp>

#include <optional>
#include <string>
#include <string_view>

/// How appointments lie in rows.
namespace hookswitch::booking {

/// A writer with the columns of statement.
[[nodiscard]] postgres::RowWriter statement_rows();
void add_statement(postgres::RowWriter& rows, const TenantId& tenant, const StatementKey& key,
                   const Statement& statement, const std::string& month);
/// What SELECT has to read of statement for statement_of(); tenant_id, uid, said, variant first.
[[nodiscard]] std::string_view statement_columns();
[[nodiscard]] StatementKey statement_key_of(const postgres::Rows& rows, std::size_t row);
[[nodiscard]] Statement statement_of(const postgres::Rows& rows, std::size_t row);

/// A writer with the columns of appointment.
[[nodiscard]] postgres::RowWriter appointment_rows();
/// `taken_over_by`: the founder of the appointment that goes on, if this one does not.
void add_appointment(postgres::RowWriter& rows, const AppointmentState& state,
                     const std::string& month, const std::optional<BookingUid>& taken_over_by);
/// What SELECT has to read of appointment for appointment_of().
[[nodiscard]] std::string_view appointment_columns();
/// Without its statements and what was told.
[[nodiscard]] AppointmentState appointment_of(const postgres::Rows& rows, std::size_t row);

}  // namespace hookswitch::booking
