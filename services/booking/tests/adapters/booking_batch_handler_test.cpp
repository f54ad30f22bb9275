#include "adapters/booking_batch_handler.hpp"

#include "subscriptions.hpp"
#include "support/appointment_store_memory.hpp"
#include "support/deliveries.hpp"

#include <hookswitch/bookings/v1/booking_events.pb.h>
#include <hookswitch/messaging/ports.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace hookswitch::booking::testing {
namespace {

using Words = std::vector<std::string>;
namespace proto = hookswitch::bookings::v1;
const auto noon = from_epoch_ms(1'795'800'000'000);

std::vector<messaging::Outcome> handle(AppointmentTables& tables, const Batch& batch,
                                       TimePoint at = noon) {
  telemetry::Registry registry;
  std::vector<TenantId> tenants;
  for (const auto& delivery : batch.deliveries()) {
    if (delivery.envelope.tenant) tenants.push_back(*delivery.envelope.tenant);
  }
  BookingBatchHandler handler(subscriptions(),
                              std::make_unique<AppointmentStoreMemory>(tables, tenants),
                              WebhookProbe(registry));
  return handler.handle(batch.deliveries(), at);
}

template <class Message>
Message parsed(const events::OutboundRecord& record) {
  Message message;
  REQUIRE(message.ParseFromString(*record.value));
  return message;
}

}  // namespace

TEST_CASE("the sample booking, moved and cancelled, comes out as three events") {
  AppointmentTables tables;
  const auto records = emitted(handle(tables, Batch().created().rescheduled().cancelled()));
  REQUIRE(records.size() == 3);
  const auto booked = parsed<proto::AppointmentBooked>(records[0]);
  CHECK(booked.calcom_uid() == first_uid);
  CHECK(booked.start_ms() == 1'795'685'400'000);
  CHECK(booked.customer().name().plain() == "Jana Weiß");
  CHECK(booked.customer().name().subject_ref() == "appointment/" + booked.appointment_id());
  CHECK_FALSE(booked.has_call_id());  // nobody has told of that call
  const auto moved = parsed<proto::AppointmentRescheduled>(records[1]);
  CHECK(moved.old_calcom_uid() == first_uid);
  CHECK(moved.new_calcom_uid() == second_uid);
  CHECK(moved.new_start_ms() - moved.old_start_ms() == 99'000'000);
  CHECK(moved.by() == proto::ACTOR_CUSTOMER);
  const auto cancelled = parsed<proto::AppointmentCancelled>(records[2]);
  CHECK(cancelled.reason().plain() == "Erkältet");
  CHECK(cancelled.standing().status() == proto::APPOINTMENT_STATUS_CANCELLED);
  for (std::size_t i = 0; i < records.size(); ++i) {
    CHECK(records[i].topic == "hookswitch.bookings.v1");
    CHECK(records[i].key == booked.appointment_id());
    CHECK(header_of(records[i], "ce_subject") == booked.appointment_id());
    CHECK(header_of(records[i], "ce_tenantid") == "lindenhof");
    CHECK(header_of(records[i], "ce_sequence") == std::to_string(i + 1));
    CHECK(header_of(records[i], "ce_source") == "hookswitch/booking");
    CHECK_FALSE(header_of(records[i], "traceparent").empty());
  }
  CHECK(header_of(records[0], "ce_time") == "2026-11-23T08:16:41.207Z");
}

TEST_CASE("one webhook a batch or all in one: the same events under the same ids") {
  AppointmentTables together;
  AppointmentTables apart;
  const auto at_once = emitted(handle(together, Batch().created().rescheduled().cancelled()));
  std::vector<events::OutboundRecord> one_by_one;
  for (auto record : emitted(handle(apart, Batch().created()))) one_by_one.push_back(record);
  for (auto record : emitted(handle(apart, Batch().rescheduled()))) one_by_one.push_back(record);
  for (auto record : emitted(handle(apart, Batch().cancelled()))) one_by_one.push_back(record);
  CHECK(at_once == one_by_one);
  CHECK(together.appointments == apart.appointments);
  CHECK(emitted(handle(apart, Batch().cancelled().created().rescheduled())).empty());
}

TEST_CASE("the sample in reverse ends alike, under the same ids") {
  AppointmentTables tables;
  std::set<std::string> ids;
  for (const auto& record : emitted(handle(tables, Batch().created().rescheduled().cancelled()))) {
    ids.insert(header_of(record, "ce_id"));
  }
  AppointmentTables reversed;
  std::set<std::string> reversed_ids;
  for (auto batch : {&Batch::cancelled, &Batch::rescheduled, &Batch::created}) {
    Batch one;
    for (const auto& record : emitted(handle(reversed, (one.*batch)()))) {
      reversed_ids.insert(header_of(record, "ce_id"));
    }
  }
  CHECK(reversed_ids == ids);
}

TEST_CASE("a webhook without a tenant waits for its booking, then is one of its facts") {
  AppointmentTables tables;
  CHECK(words_of(handle(tables, Batch().no_show())).empty());
  CHECK(tables.waiting.size() == 1);
  SECTION("in the next batch") {
    CHECK(words_of(handle(tables, Batch().rescheduled())) ==
          Words{"AppointmentBooked", "AppointmentRescheduled", "AppointmentNoShow"});
    CHECK(tables.waiting.empty());
  }
  SECTION("not because of another workspace's webhook") {
    const auto body = sample("calcom_booking_rescheduled");
    CHECK(words_of(handle(tables, Batch().add("BOOKING_RESCHEDULED", second_uid, body, "lindenhof",
                                              "other"))) ==
          Words{"AppointmentBooked", "AppointmentRescheduled"});
    CHECK(tables.waiting.size() == 1);
  }
}

TEST_CASE("a webhook without a tenant beside its booking's own, in one batch") {
  AppointmentTables tables;
  CHECK(words_of(handle(tables, Batch().no_show().rescheduled())) ==
        Words{"AppointmentBooked", "AppointmentRescheduled", "AppointmentNoShow"});
  CHECK(tables.waiting.empty());
}

TEST_CASE("a webhook without a tenant whose booking was claimed in between is tried again") {
  AppointmentTables tables;
  handle(tables, Batch().rescheduled());
  CHECK_THROWS_AS(handle(tables, Batch().no_show()), messaging::StoreConflict);
  CHECK(words_of(handle(tables, Batch().no_show().belonging_to("lindenhof"))) ==
        Words{"AppointmentNoShow"});
}

TEST_CASE("all of an appointment's events go out through the partition of its first webhook") {
  AppointmentTables tables;
  handle(tables, Batch().created());
  const auto body = sample("calcom_booking_rescheduled");
  Batch moved;
  moved.add(record_for(envelope_for("BOOKING_RESCHEDULED", second_uid, body), body), 7);
  const auto outcomes = handle(tables, moved);
  const auto& handled = std::get<messaging::Handled>(outcomes.at(0));
  CHECK(handled.emitted.empty());
  REQUIRE(handled.elsewhere.size() == 1);
  CHECK(handled.elsewhere[0].input ==
        messaging::InputPartition{"hookswitch.webhooks.calcom.v1", 0});
}

TEST_CASE("an appointment is linked to the call that its tenant has") {
  AppointmentTables tables;
  handle(tables, Batch().call(call_id));
  const auto records = emitted(handle(tables, Batch().created()));
  REQUIRE(records.size() == 1);
  CHECK(parsed<proto::AppointmentBooked>(records[0]).call_id() == call_id);
  CHECK(header_of(records[0], "ce_correlationid") == call_id);
}

TEST_CASE("a call that is told of later is linked later; another tenant's never") {
  AppointmentTables tables;
  handle(tables, Batch().created());
  CHECK(emitted(handle(tables, Batch().call(call_id, "aurora"))).empty());
  const auto records = emitted(handle(tables, Batch().call(call_id)));
  REQUIRE(records.size() == 1);
  const auto booked = parsed<proto::AppointmentBooked>(records[0]);
  CHECK(booked.call_id() == call_id);
  CHECK(booked.revision() == 2);
  CHECK(header_of(records[0], "ce_tenantid") == "lindenhof");
}

TEST_CASE("what no use case takes is kept when it has a tenant, waits or is ignored when not") {
  AppointmentTables tables;
  const std::string body = R"({"triggerEvent":"RECORDING_READY","payload":{"uid":"u"}})";
  CHECK(words_of(handle(tables, Batch().add("RECORDING_READY", "u", body))) == Words{"ignored"});
  CHECK(tables.kept == std::vector<std::pair<std::string, std::string>>{{"RECORDING_READY", body}});
  handle(tables, Batch().add("RECORDING_READY", second_uid, body, ""));
  CHECK(tables.waiting.size() == 1);
  handle(tables, Batch().rescheduled());
  CHECK(tables.kept.size() == 2);
  CHECK(words_of(handle(tables, Batch().add("OOO_CREATED", "", "{}", ""))) == Words{"ignored"});
}

TEST_CASE("a broken webhook is refused alone") {
  AppointmentTables tables;
  CHECK(words_of(handle(tables, Batch()
                                    .add("BOOKING_CREATED", "x", R"({"payload":{}})")
                                    .created()
                                    .add("BOOKING_NO_SHOW_UPDATED", "", "[]", ""))) ==
        Words{"refused: missing_field", "AppointmentBooked", "refused: missing_field"});
}

TEST_CASE("a chain without its root speaks with a later webhook of its tenant") {
  AppointmentTables tables;
  const auto lost = with(sample("calcom_booking_rescheduled"), first_uid + "@Cal.com", "gone");
  CHECK(words_of(handle(tables, Batch().add("BOOKING_RESCHEDULED", second_uid, lost))).empty());
  const auto other = with(sample("calcom_booking_created"), first_uid, "another");
  CHECK(words_of(handle(tables, Batch().add("BOOKING_CREATED", "another", other),
                        noon + root_patience)) ==
        Words{"AppointmentBooked", "AppointmentBooked", "AppointmentRescheduled"});
}

}  // namespace hookswitch::booking::testing
