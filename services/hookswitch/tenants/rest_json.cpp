#include "rest_json.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/json/writer.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace hookswitch::cli {
namespace {

std::string clock_time(std::int32_t minute) {
  const auto two = [](std::int32_t value) {
    return std::string(value < 10 ? "0" : "") + std::to_string(value);
  };
  return two(minute / 60) + ":" + two(minute % 60);
}

std::int32_t minute_of(std::string_view text) {
  if (text.size() != 5) throw RejectionError({"not_a_time", "", "a time of day has five letters"});
  return ((text[0] - '0') * 10 + (text[1] - '0')) * 60 + (text[3] - '0') * 10 + (text[4] - '0');
}

std::string text_in(const json::Value& value) { return std::string(value.string().value()); }
std::int32_t small_in(const json::Value& value) {
  return static_cast<std::int32_t>(value.integer().value());
}
std::int64_t instant_in(const json::Value& value) {
  const auto instant = parse_rfc3339(value.string().value());
  if (!instant) throw RejectionError({"not_an_instant", value.path(), "is not RFC 3339"});
  return to_epoch_ms(*instant);
}

/// One JSON object being written.
class Object {
 public:
  Object() { writer_.begin_object(); }
  Object& text(std::string_view key, std::string_view value) {
    writer_.key(key).string(value);
    return *this;
  }
  Object& integer(std::string_view key, std::int64_t value) {
    writer_.key(key).integer(value);
    return *this;
  }
  Object& boolean(std::string_view key, bool value) {
    writer_.key(key).boolean(value);
    return *this;
  }
  Object& instant(std::string_view key, std::int64_t ms) {
    return text(key, format_rfc3339(from_epoch_ms(ms)));
  }
  template <class Texts>
  Object& texts(std::string_view key, const Texts& values) {
    writer_.key(key).begin_array();
    for (const auto& value : values) writer_.string(value);
    writer_.end_array();
    return *this;
  }
  template <class Numbers>
  Object& integers(std::string_view key, const Numbers& values) {
    writer_.key(key).begin_array();
    for (const auto value : values) writer_.integer(value);
    writer_.end_array();
    return *this;
  }
  Object& objects(std::string_view key, const std::vector<std::string>& values) {
    writer_.key(key).begin_array();
    for (const auto& value : values) writer_.raw(value);
    writer_.end_array();
    return *this;
  }
  std::string take() { return writer_.end_object().take(); }

 private:
  json::Writer writer_;
};

std::string json_of(const schema::Company& one) {
  return Object().text("name", one.name()).text("time_zone", one.time_zone()).take();
}

std::string json_of(const schema::Branch& one) {
  std::vector<std::string> hours;
  for (const auto& open : one.opening_hours()) {
    hours.push_back(Object()
                        .integer("weekday", open.weekday())
                        .text("opens", clock_time(open.opens_minute()))
                        .text("closes", clock_time(open.closes_minute()))
                        .take());
  }
  return Object()
      .text("company_id", one.company_id())
      .text("name", one.name())
      .text("time_zone", one.time_zone())
      .objects("opening_hours", hours)
      .take();
}

std::string json_of(const schema::Service& one) {
  return Object()
      .text("company_id", one.company_id())
      .text("name", one.name())
      .integer("duration_minutes", one.duration_minutes())
      .integers("event_type_ids", one.event_type_ids())
      .texts("branch_ids", one.branch_ids())
      .texts("synonyms", one.synonyms())
      .boolean("is_default", one.is_default())
      .integer("priority", one.priority())
      .take();
}

std::string json_of(const schema::StaffMember& one) {
  Object object;
  object.text("company_id", one.company_id())
      .text("name", one.name().plain())
      .texts("branch_ids", one.branch_ids())
      .texts("service_ids", one.service_ids());
  if (one.has_organizer_id()) object.integer("organizer_id", one.organizer_id());
  return object.take();
}

std::string json_of(const schema::PhoneNumber& one) {
  std::vector<std::string> periods;
  for (const auto& period : one.ownerships()) {
    Object object;
    object.text("company_id", period.company_id());
    if (period.has_from_ms()) object.instant("from", period.from_ms());
    if (period.has_until_ms()) object.instant("until", period.until_ms());
    periods.push_back(object.take());
  }
  return Object().objects("ownerships", periods).take();
}

std::string json_of(const schema::Agent& one) {
  Object object;
  object.text("company_id", one.company_id());
  if (one.has_branch_id()) object.text("branch_id", one.branch_id());
  return object.take();
}

std::string json_of(const schema::Workspace& one) {
  return Object().texts("company_ids", one.company_ids()).take();
}

std::string json_of(const schema::PricePlan& one) {
  std::vector<std::string> versions;
  for (const auto& version : one.versions()) {
    versions.push_back(Object()
                           .integer("version", version.version())
                           .instant("valid_from", version.valid_from_ms())
                           .text("currency", version.currency())
                           .integer("per_minute_e6", version.per_minute_e6())
                           .integer("first_increment_s", version.first_increment_s())
                           .integer("next_increment_s", version.next_increment_s())
                           .integer("free_threshold_ms", version.free_threshold_ms())
                           .integer("minimum_e6", version.minimum_e6())
                           .take());
  }
  return Object().text("company_id", one.company_id()).objects("versions", versions).take();
}

template <class Numbered>  // event types, organizers
std::string json_of(const Numbered& one) {
  return Object().text("company_id", one.company_id()).take();
}

template <class Message>
std::string json_from(std::string_view value) {
  Message message;
  if (!message.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    throw std::logic_error("an entity of ours that cannot be read");
  }
  return json_of(message);
}

void read(schema::Company& one, const json::Value& item) {
  one.set_id(text_in(item["id"]));
  one.set_name(text_in(item["name"]));
  one.set_time_zone(text_in(item["time_zone"]));
}

void read(schema::Branch& one, const json::Value& item) {
  one.set_id(text_in(item["id"]));
  one.set_company_id(text_in(item["company_id"]));
  one.set_name(text_in(item["name"]));
  one.set_time_zone(text_in(item["time_zone"]));
  for (const auto& hours : item["opening_hours"].elements()) {
    auto* said = one.add_opening_hours();
    said->set_weekday(small_in(hours["weekday"]));
    said->set_opens_minute(minute_of(hours["opens"].string().value()));
    said->set_closes_minute(minute_of(hours["closes"].string().value()));
  }
}

void read(schema::Service& one, const json::Value& item) {
  one.set_id(text_in(item["id"]));
  one.set_company_id(text_in(item["company_id"]));
  one.set_name(text_in(item["name"]));
  one.set_duration_minutes(small_in(item["duration_minutes"]));
  for (const auto& id : item["event_type_ids"].elements()) {
    one.add_event_type_ids(id.integer().value());
  }
  for (const auto& id : item["branch_ids"].elements()) one.add_branch_ids(text_in(id));
  for (const auto& word : item["synonyms"].elements()) one.add_synonyms(text_in(word));
  one.set_is_default(item["is_default"].boolean().value());
  one.set_priority(small_in(item["priority"]));
}

void read(schema::StaffMember& one, const json::Value& item) {
  one.set_id(text_in(item["id"]));
  one.set_company_id(text_in(item["company_id"]));
  one.mutable_name()->set_subject_ref("staff/" + one.id());
  one.mutable_name()->set_plain(text_in(item["name"]));
  for (const auto& id : item["branch_ids"].elements()) one.add_branch_ids(text_in(id));
  for (const auto& id : item["service_ids"].elements()) one.add_service_ids(text_in(id));
  if (const auto id = item["organizer_id"].optional_integer().value()) one.set_organizer_id(*id);
}

void read(schema::PhoneNumber& one, const json::Value& item) {
  one.set_e164(text_in(item["e164"]));
  for (const auto& period : item["ownerships"].elements()) {
    auto* said = one.add_ownerships();
    said->set_company_id(text_in(period["company_id"]));
    if (period["from"].present()) said->set_from_ms(instant_in(period["from"]));
    if (period["until"].present()) said->set_until_ms(instant_in(period["until"]));
  }
}

void read(schema::Agent& one, const json::Value& item) {
  one.set_id(text_in(item["id"]));
  one.set_company_id(text_in(item["company_id"]));
  if (item["branch_id"].present()) one.set_branch_id(text_in(item["branch_id"]));
}

void read(schema::Workspace& one, const json::Value& item) {
  one.set_id(text_in(item["id"]));
  for (const auto& id : item["company_ids"].elements()) one.add_company_ids(text_in(id));
}

void read(schema::PricePlan& one, const json::Value& item) {
  one.set_id(text_in(item["id"]));
  one.set_company_id(text_in(item["company_id"]));
  for (const auto& version : item["versions"].elements()) {
    auto* said = one.add_versions();
    said->set_version(small_in(version["version"]));
    said->set_valid_from_ms(instant_in(version["valid_from"]));
    said->set_currency(text_in(version["currency"]));
    said->set_per_minute_e6(version["per_minute_e6"].integer().value());
    said->set_first_increment_s(small_in(version["first_increment_s"]));
    said->set_next_increment_s(small_in(version["next_increment_s"]));
    said->set_free_threshold_ms(version["free_threshold_ms"].integer().value());
    said->set_minimum_e6(version["minimum_e6"].integer().value());
    one.set_currency(said->currency());  // as on the topic: the newest version's
    one.set_per_minute_e6(said->per_minute_e6());
    one.set_first_increment_s(said->first_increment_s());
    one.set_next_increment_s(said->next_increment_s());
  }
}

template <class Numbered>
void read(Numbered& one, const json::Value& item) {
  one.set_id(item["id"].integer().value());
  one.set_company_id(text_in(item["company_id"]));
}

template <class Entity>
void take(std::map<std::string, Entity, std::less<>>& entities, const std::string& id,
          const json::Value& item) {
  Entity entity;
  read(entity, item);
  entities[id] = std::move(entity);
}

std::string_view type_of(std::string_view key) { return key.substr(0, key.find('/')); }

}  // namespace

const std::vector<RestCollection>& rest_collections() {
  static const std::vector<RestCollection> all{
      {"/v1/companies", "company"},    {"/v1/branches", "branch"},
      {"/v1/numbers", "number"},       {"/v1/services", "service"},
      {"/v1/staff", "staff"},          {"/v1/agents", "agent"},
      {"/v1/organizers", "organizer"}, {"/v1/event-types", "event_type"},
      {"/v1/workspaces", "workspace"}, {"/v1/plans", "plan"},
  };
  return all;
}

std::string rest_path(std::string_view key) {
  const auto& all = rest_collections();
  const auto found = std::find_if(all.begin(), all.end(), [key](const RestCollection& one) {
    return one.type == type_of(key);
  });
  if (found == all.end()) throw std::logic_error("no collection has " + std::string(key));
  return std::string(found->path) + std::string(key.substr(key.find('/')));
}

std::string rest_body(std::string_view key, std::string_view value) {
  const auto type = type_of(key);
  if (type == "company") return json_from<schema::Company>(value);
  if (type == "branch") return json_from<schema::Branch>(value);
  if (type == "number") return json_from<schema::PhoneNumber>(value);
  if (type == "service") return json_from<schema::Service>(value);
  if (type == "staff") return json_from<schema::StaffMember>(value);
  if (type == "agent") return json_from<schema::Agent>(value);
  if (type == "organizer") return json_from<schema::Organizer>(value);
  if (type == "event_type") return json_from<schema::EventType>(value);
  if (type == "workspace") return json_from<schema::Workspace>(value);
  if (type == "plan") return json_from<schema::PricePlan>(value);
  throw std::logic_error("no collection has " + std::string(key));
}

std::string take_rest_item(Directory& directory, std::string_view type, const json::Value& item) {
  const bool numbered = type == "organizer" || type == "event_type";
  const auto id = numbered           ? std::to_string(item["id"].integer().value())
                  : type == "number" ? text_in(item["e164"])
                                     : text_in(item["id"]);
  if (type == "company") take(directory.companies, id, item);
  if (type == "branch") take(directory.branches, id, item);
  if (type == "number") take(directory.numbers, id, item);
  if (type == "service") take(directory.services, id, item);
  if (type == "staff") take(directory.staff, id, item);
  if (type == "agent") take(directory.agents, id, item);
  if (type == "organizer") take(directory.organizers, id, item);
  if (type == "event_type") take(directory.event_types, id, item);
  if (type == "workspace") take(directory.workspaces, id, item);
  if (type == "plan") take(directory.plans, id, item);
  return std::string(type) + "/" + id;
}

std::vector<std::string> differences(const Change& change) {
  if (change.kind != Change::Kind::changed) return {};
  const auto before_text = rest_body(change.key, change.before);
  const auto after_text = rest_body(change.key, change.value);
  const auto before = json::Document::parse(before_text);
  const auto after = json::Document::parse(after_text);
  std::vector<std::string> lines;
  const auto shown = [](const json::Value& value) {
    return value.present() ? std::string(value.raw_json()) : std::string("(none)");
  };
  const auto compare = [&](std::string_view name) {
    const auto old_text = shown(before->root()[name]);
    const auto new_text = shown(after->root()[name]);
    if (old_text != new_text)
      lines.push_back(std::string(name) + ": " + old_text + " -> " + new_text);
  };
  for (const auto& name : after->root().member_names()) compare(name);
  for (const auto& name : before->root().member_names()) {
    if (!after->root()[name].present()) compare(name);
  }
  return lines;
}

}  // namespace hookswitch::cli
