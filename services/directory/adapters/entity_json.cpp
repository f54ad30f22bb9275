#include "adapters/entity_json.hpp"

#include "adapters/json_fields.hpp"

#include <hookswitch/json/writer.hpp>

#include <date/tz.h>

#include <charconv>
#include <stdexcept>

namespace hookswitch::directory {
namespace {

using ZoneRule = std::function<bool(std::string_view)>;

constexpr std::int64_t provider_id_max = 999'999'999'999'999'999;
constexpr std::int64_t amount_max = 1'000'000'000'000'000;  // 10^9 units in millionths
constexpr int minutes_of_day = 24 * 60;
constexpr auto an_id = "1 to 63 of a-z, 0-9, _ and -, beginning with a letter or digit";
constexpr auto a_name = "1 to 200 characters without control characters";

std::int64_t number_of(const std::string& id) {
  std::int64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return number;
}

std::string company_id(JsonFields& fields) {
  return fields.text("company_id", rules::is_entity_id, an_id);
}
std::string name(JsonFields& fields) { return fields.text("name", rules::is_name, a_name); }
std::string time_zone(JsonFields& fields, const ZoneRule& knows_zone) {
  return fields.text("time_zone", knows_zone, "a time zone of the IANA database (Europe/Berlin)");
}

OpeningHours read_hours(JsonFields& fields) {
  OpeningHours hours;
  hours.weekday = static_cast<int>(fields.integer("weekday", 1, 7));
  const auto opens = fields.text(
      "opens",
      [](auto text) {
        return rules::minute_of_day(text).value_or(minutes_of_day) < minutes_of_day;
      },
      "a time of day from 00:00 to 23:59");
  const auto closes = fields.text(
      "closes", [](auto text) { return rules::minute_of_day(text).value_or(0) > 0; },
      "a time of day from 00:01 to 24:00");
  hours.opens_minute = rules::minute_of_day(opens).value_or(0);
  hours.closes_minute = rules::minute_of_day(closes).value_or(1);
  return hours;
}

Company read_company(const std::string& id, JsonFields& fields, const ZoneRule& knows_zone) {
  return {id, name(fields), time_zone(fields, knows_zone)};
}

Branch read_branch(const std::string& id, JsonFields& fields, const ZoneRule& knows_zone) {
  Branch branch{id, company_id(fields), name(fields), time_zone(fields, knows_zone), {}};
  fields.objects("opening_hours", false, [&branch](JsonFields& element) {
    branch.opening_hours.push_back(read_hours(element));
  });
  return branch;
}

PhoneNumber read_number(const std::string& id, JsonFields& fields) {
  PhoneNumber number{id, {}};
  fields.objects("ownerships", true, [&number](JsonFields& element) {
    Ownership period;
    period.company = TenantId(company_id(element));
    period.from = element.optional_instant("from");
    period.until = element.optional_instant("until");
    number.ownerships.push_back(std::move(period));
  });
  return number;
}

Service read_service(const std::string& id, JsonFields& fields) {
  constexpr std::int64_t minutes_max = 7 * 24 * 60;
  Service service;
  service.id = id;
  service.company_id = company_id(fields);
  service.name = name(fields);
  service.duration_minutes = static_cast<int>(fields.integer("duration_minutes", 1, minutes_max));
  service.event_type_ids = fields.optional_integers("event_type_ids", 1, provider_id_max);
  service.branch_ids = fields.optional_texts("branch_ids", rules::is_entity_id, an_id);
  service.synonyms = fields.optional_texts("synonyms", rules::is_name, a_name);
  service.is_default = fields.optional_boolean("is_default");
  service.priority =
      static_cast<int>(fields.optional_integer("priority", 0, 1'000'000).value_or(0));
  return service;
}

StaffMember read_staff(const std::string& id, JsonFields& fields) {
  StaffMember staff;
  staff.id = id;
  staff.company_id = company_id(fields);
  staff.name = name(fields);
  staff.branch_ids = fields.optional_texts("branch_ids", rules::is_entity_id, an_id);
  staff.service_ids = fields.optional_texts("service_ids", rules::is_entity_id, an_id);
  staff.organizer_id = fields.optional_integer("organizer_id", 1, provider_id_max);
  return staff;
}

PlanVersion read_version(JsonFields& fields) {
  constexpr std::int64_t threshold_max = std::int64_t{31} * 24 * 60 * 60 * 1000;
  PlanVersion version;
  version.version = static_cast<int>(fields.integer("version", 1, 1'000'000));
  version.valid_from = fields.instant("valid_from");
  version.currency = fields.text("currency", rules::is_currency, "an ISO 4217 code (EUR)");
  version.per_minute_e6 = fields.integer("per_minute_e6", 0, amount_max);
  version.first_increment_s = static_cast<int>(fields.integer("first_increment_s", 1, 60));
  version.next_increment_s = static_cast<int>(fields.integer("next_increment_s", 1, 60));
  version.free_threshold_ms =
      fields.optional_integer("free_threshold_ms", 0, threshold_max).value_or(0);
  version.minimum_e6 = fields.optional_integer("minimum_e6", 0, amount_max).value_or(0);
  return version;
}

PricePlan read_plan(const std::string& id, JsonFields& fields) {
  PricePlan plan{id, company_id(fields), {}};
  fields.objects("versions", true,
                 [&plan](JsonFields& element) { plan.versions.push_back(read_version(element)); });
  return plan;
}

Workspace read_workspace(const std::string& id, JsonFields& fields) {
  return {id, fields.optional_texts("company_ids", rules::is_entity_id, an_id)};
}

Agent read_agent(const std::string& id, JsonFields& fields) {
  return {id, company_id(fields), fields.optional_text("branch_id", rules::is_entity_id, an_id)};
}

void check_id(Kind kind, const std::string& id, JsonFields& fields) {
  const bool is_number = kind == Kind::organizer || kind == Kind::event_type;
  const std::string member = kind == Kind::number ? "e164" : "id";
  constexpr auto expected = "what the path says, where it is given at all";
  if (is_number) {
    const auto given = fields.optional_integer("id", 1, provider_id_max);
    if (given && std::to_string(*given) != id) fields.complain("id", expected);
    return;
  }
  static_cast<void>(fields.optional_text(
      member, [&id](std::string_view given) { return given == id; }, expected));
}

class Writing {
 public:
  std::string operator()(const Company& one) {
    begin("id", one.id);
    text("name", one.name);
    return end("time_zone", one.time_zone);
  }
  std::string operator()(const Branch& one) {
    begin("id", one.id);
    text("company_id", one.company_id);
    text("name", one.name);
    text("time_zone", one.time_zone);
    writer_.key("opening_hours").begin_array();
    for (const auto& hours : one.opening_hours) {
      writer_.begin_object();
      integer("weekday", hours.weekday);
      text("opens", rules::format_minute(hours.opens_minute));
      text("closes", rules::format_minute(hours.closes_minute));
      writer_.end_object();
    }
    writer_.end_array();
    return end();
  }
  std::string operator()(const PhoneNumber& one) {
    begin("e164", one.e164);
    writer_.key("ownerships").begin_array();
    for (const auto& period : one.ownerships) {
      writer_.begin_object();
      text("company_id", period.company.str());
      if (period.from) text("from", format_rfc3339(*period.from));
      if (period.until) text("until", format_rfc3339(*period.until));
      writer_.end_object();
    }
    writer_.end_array();
    return end();
  }
  std::string operator()(const Service& one) {
    begin("id", one.id);
    text("company_id", one.company_id);
    text("name", one.name);
    integer("duration_minutes", one.duration_minutes);
    writer_.key("event_type_ids").begin_array();
    for (const auto id : one.event_type_ids) writer_.integer(id);
    writer_.end_array();
    texts("branch_ids", one.branch_ids);
    texts("synonyms", one.synonyms);
    writer_.key("is_default").boolean(one.is_default);
    integer("priority", one.priority);
    return end();
  }
  std::string operator()(const StaffMember& one) {
    begin("id", one.id);
    text("company_id", one.company_id);
    text("name", one.name);
    texts("branch_ids", one.branch_ids);
    texts("service_ids", one.service_ids);
    if (one.organizer_id) integer("organizer_id", *one.organizer_id);
    return end();
  }
  std::string operator()(const Agent& one) {
    begin("id", one.id);
    text("company_id", one.company_id);
    if (one.branch_id) text("branch_id", *one.branch_id);
    return end();
  }
  std::string operator()(const Organizer& one) { return numbered(one.id, one.company_id); }
  std::string operator()(const EventType& one) { return numbered(one.id, one.company_id); }
  std::string operator()(const Workspace& one) {
    begin("id", one.id);
    texts("company_ids", one.company_ids);
    return end();
  }
  std::string operator()(const PricePlan& one) {
    begin("id", one.id);
    text("company_id", one.company_id);
    writer_.key("versions").begin_array();
    for (const auto& version : one.versions) {
      writer_.begin_object();
      integer("version", version.version);
      text("valid_from", format_rfc3339(version.valid_from));
      text("currency", version.currency);
      integer("per_minute_e6", version.per_minute_e6);
      integer("first_increment_s", version.first_increment_s);
      integer("next_increment_s", version.next_increment_s);
      integer("free_threshold_ms", version.free_threshold_ms);
      integer("minimum_e6", version.minimum_e6);
      writer_.end_object();
    }
    writer_.end_array();
    return end();
  }

 private:
  void begin(std::string_view key, std::string_view id) {
    writer_.begin_object();
    text(key, id);
  }
  void text(std::string_view key, std::string_view value) { writer_.key(key).string(value); }
  void integer(std::string_view key, std::int64_t value) { writer_.key(key).integer(value); }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    writer_.key(key).begin_array();
    for (const auto& value : values) writer_.string(value);
    writer_.end_array();
  }
  std::string numbered(std::int64_t id, std::string_view company) {
    writer_.begin_object();
    integer("id", id);
    return end("company_id", company);
  }
  std::string end(std::string_view key, std::string_view value) {
    text(key, value);
    return end();
  }
  std::string end() { return writer_.end_object().take(); }

  json::Writer writer_;
};

}  // namespace

bool is_time_zone(std::string_view name) {
  try {
    date::locate_zone(std::string(name));
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

Entity entity_from_json(Kind kind, const std::string& id, const json::Value& body,
                        const ZoneRule& knows_zone, Complaints& complaints) {
  JsonFields fields(body, "", complaints);
  check_id(kind, id, fields);
  const auto read = [&]() -> Entity {
    switch (kind) {
      case Kind::company:
        return read_company(id, fields, knows_zone);
      case Kind::branch:
        return read_branch(id, fields, knows_zone);
      case Kind::number:
        return read_number(id, fields);
      case Kind::service:
        return read_service(id, fields);
      case Kind::staff:
        return read_staff(id, fields);
      case Kind::agent:
        return read_agent(id, fields);
      case Kind::organizer:
        return Organizer{number_of(id), company_id(fields)};
      case Kind::event_type:
        return EventType{number_of(id), company_id(fields)};
      case Kind::workspace:
        return read_workspace(id, fields);
      case Kind::plan:
        return read_plan(id, fields);
    }
    throw std::logic_error("a kind that is not in the list");
  };
  auto entity = read();
  fields.finish();
  return entity;
}

std::string entity_to_json(const Entity& entity) {
  return std::visit([](const auto& one) { return Writing()(one); }, entity);
}

}  // namespace hookswitch::directory
