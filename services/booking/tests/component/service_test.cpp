#include "composition.hpp"
#include "support/deliveries.hpp"

#include <hookswitch/bookings/v1/booking_events.pb.h>
#include <hookswitch/events/topics.hpp>
#include <hookswitch/messaging/testing/running_consumer.hpp>
#include <hookswitch/testkit/real/environment.hpp>

#include <catch2/catch.hpp>

// The way of one event through the real parts: webhooks and calls on their topics, events on the
// other.

namespace hookswitch::booking::testing {
namespace {

using Words = std::vector<std::string>;
namespace proto = hookswitch::bookings::v1;

struct RunningService : messaging::testing::RunningConsumer {
  RunningService() : RunningConsumer(definition(), std::string(events::topics::bookings)) {}
};

/// The samples' booking under uids of this test.
struct OneBooking {
  std::string first = testkit::unique_name("first");
  std::string second = testkit::unique_name("second");
  std::string call = testkit::unique_name("call");

  [[nodiscard]] std::string appointment() const {
    return uuid_v5(hookswitch_namespace, "appointment\nlindenhof\n" + first).to_string();
  }
  [[nodiscard]] std::string body(const std::string& name) const {
    auto text = sample("calcom_booking_" + name);
    for (const auto& [from, to] :
         {std::pair(first_uid, first), std::pair(second_uid, second), std::pair(call_id, call)}) {
      if (text.find(from) != std::string::npos) text = with(text, from, to);
    }
    return text;
  }
  void publish(const RunningService& service, const std::string& event,
               const std::string& name) const {
    const auto text = body(name);
    const bool tenantless = name == "no_show_updated";
    service.publish(record_for(envelope_for(event, name == "created" ? first : second, text,
                                            tenantless ? "" : "lindenhof"),
                               text));
  }
  void book(const RunningService& service) const { publish(service, "BOOKING_CREATED", "created"); }
  void move(const RunningService& service) const {
    publish(service, "BOOKING_RESCHEDULED", "rescheduled");
  }
  void cancel(const RunningService& service) const {
    publish(service, "BOOKING_CANCELLED", "cancelled");
  }
  void mark_absent(const RunningService& service) const {
    publish(service, "BOOKING_NO_SHOW_UPDATED", "no_show_updated");
  }
};

}  // namespace

TEST_CASE("a booking, moved and cancelled, comes out as three events, and its repeats as none") {
  RunningService service;
  const OneBooking booking;
  booking.book(service);
  CHECK(service.wait_for(booking.appointment(), 1) == Words{"AppointmentBooked"});
  booking.move(service);
  CHECK(service.wait_for(booking.appointment(), 2).back() == "AppointmentRescheduled");
  booking.cancel(service);
  CHECK(service.wait_for(booking.appointment(), 3).back() == "AppointmentCancelled");
  booking.cancel(service);
  booking.move(service);
  booking.mark_absent(service);  // behind the repeats, on their partition
  CHECK(service.wait_for(booking.appointment(), 4) ==
        Words{"AppointmentBooked", "AppointmentRescheduled", "AppointmentCancelled",
              "AppointmentNoShow"});
}

TEST_CASE("an absence that comes first, without a tenant, is told when the booking is known") {
  RunningService service;
  const OneBooking booking;
  booking.mark_absent(service);
  booking.move(service);
  CHECK(service.wait_for(booking.appointment(), 3) ==
        Words{"AppointmentBooked", "AppointmentRescheduled", "AppointmentNoShow"});
}

TEST_CASE("the call's event links the appointment, whichever comes first") {
  RunningService service;
  const OneBooking booking;
  booking.book(service);
  CHECK(service.wait_for(booking.appointment(), 1) == Words{"AppointmentBooked"});
  service.publish(call_record(booking.call, "lindenhof"));
  std::ignore = service.wait_for(booking.appointment(), 2);
  const auto told = service.told(booking.appointment());
  proto::AppointmentBooked booked;
  REQUIRE(booked.ParseFromString(told.back().value));
  CHECK(booked.call_id() == booking.call);
  CHECK(booked.revision() == 2);
  CHECK(told.back().headers.at("ce_correlationid") == booking.call);
  CHECK(told.front().headers.at("ce_id") != told.back().headers.at("ce_id"));
}

TEST_CASE("a broken webhook is a dead letter, and the partition moves on") {
  RunningService service;
  const OneBooking booking;
  const std::string body =
      R"({"triggerEvent":"BOOKING_CREATED","payload":{"uid":7,"n":")" + booking.first + "\"}}";
  const auto broken = envelope_for("BOOKING_CREATED", booking.first, body);
  service.publish(record_for(broken, body));
  booking.book(service);
  CHECK(service.wait_for(booking.appointment(), 1) == Words{"AppointmentBooked"});
  const auto letter = service.wait_for_dead_letter(broken.id.to_string());
  CHECK(letter.headers.at("dlq_reason") == "refused");
  CHECK(letter.headers.at("dlq_error") == "wrong_type: /payload/uid");
}

TEST_CASE("a restarted service goes on where it was") {
  RunningService service;
  const OneBooking booking;
  booking.book(service);
  std::ignore = service.wait_for(booking.appointment(), 1);
  service.stop();
  booking.move(service);
  service.start();
  CHECK(service.wait_for(booking.appointment(), 2) ==
        Words{"AppointmentBooked", "AppointmentRescheduled"});
}

}  // namespace hookswitch::booking::testing
