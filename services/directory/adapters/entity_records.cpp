#include "adapters/entity_records.hpp"

#include <hookswitch/core/uuid.hpp>
#include <hookswitch/directory/v1/directory.pb.h>
#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/topics.hpp>

#include <memory>
#include <utility>

namespace hookswitch::directory {
namespace {

namespace proto = hookswitch::directory::v1;
using Message = std::unique_ptr<google::protobuf::Message>;

template <class Values, class Add>
void add_all(const Values& values, Add add) {
  for (const auto& value : values) add(value);
}

Message message_of(const Company& one) {
  auto message = std::make_unique<proto::Company>();
  message->set_id(one.id);
  message->set_name(one.name);
  message->set_time_zone(one.time_zone);
  return message;
}

Message message_of(const Branch& one) {
  auto message = std::make_unique<proto::Branch>();
  message->set_id(one.id);
  message->set_company_id(one.company_id);
  message->set_name(one.name);
  message->set_time_zone(one.time_zone);
  for (const auto& hours : one.opening_hours) {
    auto* said = message->add_opening_hours();
    said->set_weekday(hours.weekday);
    said->set_opens_minute(hours.opens_minute);
    said->set_closes_minute(hours.closes_minute);
  }
  return message;
}

Message message_of(const PhoneNumber& one) {
  auto message = std::make_unique<proto::PhoneNumber>();
  message->set_e164(one.e164);
  for (const auto& period : one.ownerships) {
    auto* said = message->add_ownerships();
    said->set_company_id(period.company.str());
    if (period.from) said->set_from_ms(to_epoch_ms(*period.from));
    if (period.until) said->set_until_ms(to_epoch_ms(*period.until));
  }
  return message;
}

Message message_of(const Service& one) {
  auto message = std::make_unique<proto::Service>();
  message->set_id(one.id);
  message->set_company_id(one.company_id);
  message->set_name(one.name);
  message->set_duration_minutes(one.duration_minutes);
  add_all(one.event_type_ids, [&](auto id) { message->add_event_type_ids(id); });
  add_all(one.branch_ids, [&](const auto& id) { message->add_branch_ids(id); });
  add_all(one.synonyms, [&](const auto& word) { message->add_synonyms(word); });
  message->set_is_default(one.is_default);
  message->set_priority(one.priority);
  return message;
}

Message message_of(const StaffMember& one) {
  auto message = std::make_unique<proto::StaffMember>();
  message->set_id(one.id);
  message->set_company_id(one.company_id);
  message->mutable_name()->set_subject_ref("staff/" + one.id);
  message->mutable_name()->set_plain(one.name);
  add_all(one.branch_ids, [&](const auto& id) { message->add_branch_ids(id); });
  add_all(one.service_ids, [&](const auto& id) { message->add_service_ids(id); });
  if (one.organizer_id) message->set_organizer_id(*one.organizer_id);
  return message;
}

Message message_of(const Agent& one) {
  auto message = std::make_unique<proto::Agent>();
  message->set_id(one.id);
  message->set_company_id(one.company_id);
  if (one.branch_id) message->set_branch_id(*one.branch_id);
  return message;
}

Message message_of(const Organizer& one) {
  auto message = std::make_unique<proto::Organizer>();
  message->set_id(one.id);
  message->set_company_id(one.company_id);
  return message;
}

Message message_of(const EventType& one) {
  auto message = std::make_unique<proto::EventType>();
  message->set_id(one.id);
  message->set_company_id(one.company_id);
  return message;
}

Message message_of(const Workspace& one) {
  auto message = std::make_unique<proto::Workspace>();
  message->set_id(one.id);
  add_all(one.company_ids, [&](const auto& id) { message->add_company_ids(id); });
  return message;
}

Message message_of(const PricePlan& one) {
  auto message = std::make_unique<proto::PricePlan>();
  message->set_id(one.id);
  message->set_company_id(one.company_id);
  for (const auto& version : one.versions) {
    auto* said = message->add_versions();
    said->set_version(version.version);
    said->set_valid_from_ms(to_epoch_ms(version.valid_from));
    said->set_currency(version.currency);
    said->set_per_minute_e6(version.per_minute_e6);
    said->set_first_increment_s(version.first_increment_s);
    said->set_next_increment_s(version.next_increment_s);
    said->set_free_threshold_ms(version.free_threshold_ms);
    said->set_minimum_e6(version.minimum_e6);
  }
  const auto& newest = one.versions.back();  // for who does not read versions
  message->set_currency(newest.currency);
  message->set_per_minute_e6(newest.per_minute_e6);
  message->set_first_increment_s(newest.first_increment_s);
  message->set_next_increment_s(newest.next_increment_s);
  return message;
}

events::OutboundRecord record(const Entity& entity, std::optional<std::string> value,
                              std::string type, std::int64_t version, TimePoint now) {
  const auto key = to_string(key_of(entity));
  auto envelope = envelope_of_record(key, std::move(type), version, now);
  if (const auto companies = companies_of(entity);
      !is_shared(key_of(entity).kind) && companies.size() == 1) {
    envelope.tenant = companies.front();
  }
  return {std::string(events::topics::directory), key, std::move(value),
          events::to_headers(envelope)};
}

}  // namespace

events::Envelope envelope_of_record(const std::string& key, std::string type, std::int64_t version,
                                    TimePoint now) {
  events::Envelope envelope;
  // A version is never given twice, so each change has an id of its own and keeps it.
  envelope.id = uuid_v5(hookswitch_namespace, key + "\n" + std::to_string(version));
  envelope.source = "hookswitch/directory";
  envelope.type = std::move(type);
  envelope.time = now;
  envelope.subject = key;
  envelope.content_type = "application/protobuf";
  envelope.sequence = version;
  return envelope;
}

events::OutboundRecord record_of(const Entity& entity, std::int64_t version, TimePoint now) {
  const auto message = std::visit([](const auto& one) { return message_of(one); }, entity);
  return record(entity, message->SerializeAsString(), message->GetTypeName(), version, now);
}

events::OutboundRecord tombstone_of(const Entity& last, std::int64_t version, TimePoint now) {
  const auto message = std::visit([](const auto& one) { return message_of(one); }, last);
  return record(last, std::nullopt, message->GetTypeName(), version, now);
}

}  // namespace hookswitch::directory
