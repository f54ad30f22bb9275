#include "adapters/appointment_rows.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace hookswitch::booking {
namespace {

using Cell = std::optional<std::string>;

Cell cell(const std::string& text) { return text.empty() ? Cell() : Cell(text); }
Cell cell(std::int64_t number) { return std::to_string(number); }
Cell cell(TimePoint instant) { return std::to_string(to_epoch_ms(instant)); }
Cell cell(bool flag) { return flag ? "t" : "f"; }
template <class Tag>
Cell cell(const StrongId<Tag>& id) {
  return id.str();
}
template <class T>
Cell cell(const std::optional<T>& value) {
  return value ? cell(*value) : Cell();
}

/// Reads one column after the other.
class Columns {
 public:
  Columns(const postgres::Rows& rows, std::size_t row, std::size_t first)
      : rows_(rows), row_(row), next_(first) {}

  std::string text() { return std::string(rows_.at(row_, next_++).value_or("")); }
  std::int64_t required_integer() { return rows_.integer(row_, next_++); }
  TimePoint required_instant() { return from_epoch_ms(required_integer()); }
  std::optional<std::int64_t> integer() {
    const auto column = next_++;
    if (!rows_.at(row_, column)) return std::nullopt;
    return rows_.integer(row_, column);
  }
  std::optional<TimePoint> instant() {
    const auto ms = integer();
    return ms ? std::optional(from_epoch_ms(*ms)) : std::nullopt;
  }
  bool flag() { return rows_.text(row_, next_++) == "t"; }
  Uuid uuid() {
    const auto id = Uuid::parse(rows_.text(row_, next_++));
    if (!id) throw std::logic_error("a uuid column holds none");
    return *id;
  }
  template <class Id>
  std::optional<Id> id() {
    auto value = text();
    return value.empty() ? std::nullopt : std::optional(Id(std::move(value)));
  }

 private:
  const postgres::Rows& rows_;
  std::size_t row_;
  std::size_t next_;
};

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Status status_of(std::string_view text) {
  for (const auto status :
       {Status::unknown, Status::awaiting_host, Status::confirmed, Status::needs_new_time,
        Status::cancelled, Status::completed, Status::no_show}) {
    if (to_string(status) == text) return status;
  }
  throw std::logic_error("appointment.status is none");
}

}  // namespace

postgres::RowWriter statement_rows() {
  return {"booking.statement",
          {{"tenant_id", "text"},
           {"uid", "text"},
           {"said", "smallint"},
           {"variant", "text"},
           {"first_seen_month", "date"},
           {"webhook_id", "uuid"},
           {"said_at_ms", "bigint"},
           {"received_at_ms", "bigint"},
           {"status", "text"},
           {"starts_at_ms", "bigint"},
           {"ends_at_ms", "bigint"},
           {"booking_id", "bigint"},
           {"event_type_id", "bigint"},
           {"title", "text"},
           {"time_zone", "text"},
           {"host_name", "text"},
           {"host_email", "text"},
           {"customer_name", "text"},
           {"customer_email", "text"},
           {"customer_phone", "text"},
           {"ical_uid", "text"},
           {"ical_sequence", "bigint"},
           {"claimed_call", "text"},
           {"predecessor", "text"},
           {"old_booking_id", "bigint"},
           {"old_starts_at_ms", "bigint"},
           {"old_ends_at_ms", "bigint"},
           {"actor_email", "text"},
           {"reason", "text"},
           {"new_time_requested", "boolean"},
           {"seated", "boolean"},
           {"seat_marks", "text", "string_to_array(seat_marks, ',')"},
           {"absent_attendees", "bigint"}}};
}

void add_statement(postgres::RowWriter& rows, const TenantId& tenant, const StatementKey& key,
                   const Statement& statement, const std::string& month) {
  const auto& facts = statement.facts;
  rows.add(tenant.str());
  rows.add(key.uid.str());
  rows.add(std::to_string(static_cast<int>(key.said)));
  rows.add(key.variant);
  rows.add(month);
  rows.add(statement.webhook.to_string());
  rows.add(cell(statement.said_at));
  rows.add(cell(statement.received_at));
  rows.add(cell(facts.status));
  rows.add(cell(facts.starts_at));
  rows.add(cell(facts.ends_at));
  rows.add(cell(facts.booking_id));
  rows.add(cell(facts.event_type_id));
  rows.add(cell(facts.title));
  rows.add(cell(facts.time_zone));
  rows.add(cell(facts.host.name));
  rows.add(cell(facts.host.email));
  rows.add(cell(facts.customer.name));
  rows.add(cell(facts.customer.email));
  rows.add(cell(facts.customer.phone));
  rows.add(cell(facts.ical_uid));
  rows.add(cell(facts.ical_sequence));
  rows.add(cell(facts.claimed_call));
  rows.add(cell(facts.predecessor));
  rows.add(cell(facts.old_booking_id));
  rows.add(cell(facts.old_starts_at));
  rows.add(cell(facts.old_ends_at));
  rows.add(cell(facts.actor_email));
  rows.add(cell(facts.reason));
  rows.add(cell(facts.new_time_requested));
  rows.add(cell(facts.seated));
  rows.add(join(facts.seat_marks));
  rows.add(cell(facts.absent_attendees));
}

std::string_view statement_columns() {
  return "tenant_id, uid, said, variant, webhook_id, said_at_ms, received_at_ms, status, "
         "starts_at_ms, ends_at_ms, booking_id, event_type_id, title, time_zone, host_name, "
         "host_email, customer_name, customer_email, customer_phone, ical_uid, ical_sequence, "
         "claimed_call, predecessor, old_booking_id, old_starts_at_ms, old_ends_at_ms, "
         "actor_email, reason, "
         "new_time_requested, seated, array_to_string(seat_marks, ','), absent_attendees";
}

StatementKey statement_key_of(const postgres::Rows& rows, std::size_t row) {
  return {BookingUid(std::string(rows.text(row, 1))), static_cast<Said>(rows.integer(row, 2)),
          std::string(rows.text(row, 3))};
}

Statement statement_of(const postgres::Rows& rows, std::size_t row) {
  constexpr std::size_t after_key = 4;
  Statement statement;
  statement.said = static_cast<Said>(rows.integer(row, 2));
  Columns next(rows, row, after_key);
  statement.webhook = next.uuid();
  statement.said_at = next.instant();
  statement.received_at = next.required_instant();
  auto& facts = statement.facts;
  facts.status = next.text();
  facts.starts_at = next.instant();
  facts.ends_at = next.instant();
  facts.booking_id = next.integer();
  facts.event_type_id = next.integer();
  facts.title = next.text();
  facts.time_zone = next.text();
  facts.host.name = next.text();
  facts.host.email = next.text();
  facts.customer.name = next.text();
  facts.customer.email = next.text();
  facts.customer.phone = next.text();
  facts.ical_uid = next.text();
  facts.ical_sequence = next.integer();
  facts.claimed_call = next.id<CallId>();
  facts.predecessor = next.id<BookingUid>();
  facts.old_booking_id = next.integer();
  facts.old_starts_at = next.instant();
  facts.old_ends_at = next.instant();
  facts.actor_email = next.text();
  facts.reason = next.text();
  facts.new_time_requested = next.flag();
  facts.seated = next.flag();
  facts.seat_marks = split(next.text());
  facts.absent_attendees = next.required_integer();
  return statement;
}

postgres::RowWriter appointment_rows() {
  return {"booking.appointment",
          {{"tenant_id", "text"},
           {"founder", "text"},
           {"first_seen_month", "date"},
           {"appointment_id", "uuid"},
           {"heard_first_ms", "bigint"},
           {"input_topic", "text"},
           {"input_partition", "integer"},
           {"version", "bigint"},
           {"status", "text"},
           {"current_uid", "text"},
           {"starts_at_ms", "bigint"},
           {"ends_at_ms", "bigint"},
           {"taken_over_by", "text"}}};
}

void add_appointment(postgres::RowWriter& rows, const AppointmentState& state,
                     const std::string& month, const std::optional<BookingUid>& taken_over_by) {
  rows.add(state.tenant.str());
  rows.add(state.founder.str());
  rows.add(month);
  rows.add(cell(state.id));
  rows.add(cell(state.heard_first));
  rows.add(state.lane.topic);
  rows.add(std::to_string(state.lane.partition));
  rows.add(cell(state.version));
  rows.add(to_string(state.standing.status));
  rows.add(cell(state.standing.uid.str()));
  rows.add(cell(state.standing.starts_at));
  rows.add(cell(state.standing.ends_at));
  rows.add(cell(taken_over_by));
}

std::string_view appointment_columns() {
  return "tenant_id, founder, appointment_id, heard_first_ms, input_topic, input_partition, "
         "version, status, current_uid, starts_at_ms, ends_at_ms";
}

AppointmentState appointment_of(const postgres::Rows& rows, std::size_t row) {
  AppointmentState state;
  Columns next(rows, row, 0);
  state.tenant = TenantId(next.text());
  state.founder = BookingUid(next.text());
  state.id = next.id<AppointmentId>();
  state.heard_first = next.required_instant();
  state.lane.topic = next.text();
  state.lane.partition = static_cast<std::int32_t>(next.required_integer());
  state.version = next.required_integer();
  state.standing.status = status_of(next.text());
  state.standing.uid = BookingUid(next.text());
  state.standing.starts_at = next.instant();
  state.standing.ends_at = next.instant();
  return state;
}

}  // namespace hookswitch::booking
