#pragma once
#include "domain/appointments.hpp"

#include <vector>

/// One for each event that the service subscribes to; each in the file of its name. Given the
/// appointments, locked and loaded, and what the event says; returns what is to be told.
namespace hookswitch::booking {

using UseCase = std::vector<Emission> (*)(Appointments& open, const BookingWebhook& webhook);

std::vector<Emission> on_booking_created(Appointments& open, const BookingWebhook& webhook);
std::vector<Emission> on_booking_requested(Appointments& open, const BookingWebhook& webhook);
std::vector<Emission> on_booking_rescheduled(Appointments& open, const BookingWebhook& webhook);
std::vector<Emission> on_booking_cancelled(Appointments& open, const BookingWebhook& webhook);
std::vector<Emission> on_booking_rejected(Appointments& open, const BookingWebhook& webhook);
std::vector<Emission> on_booking_paid(Appointments& open, const BookingWebhook& webhook);
std::vector<Emission> on_booking_payment_initiated(Appointments& open,
                                                   const BookingWebhook& webhook);
std::vector<Emission> on_booking_no_show_updated(Appointments& open, const BookingWebhook& webhook);
std::vector<Emission> on_meeting_started(Appointments& open, const BookingWebhook& webhook);
std::vector<Emission> on_meeting_ended(Appointments& open, const BookingWebhook& webhook);

/// An event of hookswitch.calls.v1: that tenant has that call.
struct HeardCall {
  Uuid id;
  TenantId tenant;
  CallId call;
  TimePoint happened_at;
};
using CallUseCase = std::vector<Emission> (*)(Appointments& open, const HeardCall& call);

std::vector<Emission> on_call_heard_of(Appointments& open, const HeardCall& call);

}  // namespace hookswitch::booking
