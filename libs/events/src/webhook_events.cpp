#include <hookswitch/events/webhook_events.hpp>

#include <algorithm>
#include <array>

namespace hookswitch::events {
namespace {

constexpr std::array<std::string_view, 13> retell_events{
    "call_started",     "call_ended",       "call_analyzed",      "transcript_updated",
    "transfer_started", "transfer_bridged", "transfer_cancelled", "transfer_ended",
    "chat_started",     "chat_ended",       "chat_analyzed",      "call_inbound",
    "chat_inbound"};
constexpr std::array<std::string_view, 22> calcom_events{"BOOKING_CREATED",
                                                         "BOOKING_PAYMENT_INITIATED",
                                                         "BOOKING_PAID",
                                                         "BOOKING_RESCHEDULED",
                                                         "BOOKING_REQUESTED",
                                                         "BOOKING_CANCELLED",
                                                         "BOOKING_REJECTED",
                                                         "BOOKING_NO_SHOW_UPDATED",
                                                         "FORM_SUBMITTED",
                                                         "MEETING_ENDED",
                                                         "MEETING_STARTED",
                                                         "RECORDING_READY",
                                                         "INSTANT_MEETING",
                                                         "RECORDING_TRANSCRIPTION_GENERATED",
                                                         "OOO_CREATED",
                                                         "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
                                                         "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
                                                         "FORM_SUBMITTED_NO_EVENT",
                                                         "ROUTING_FORM_FALLBACK_HIT",
                                                         "DELEGATION_CREDENTIAL_ERROR",
                                                         "WRONG_ASSIGNMENT_REPORT",
                                                         "PING"};

}  // namespace

std::span<const std::string_view> webhook_events(std::string_view provider) {
  if (provider == "retell") return retell_events;
  if (provider == "calcom") return calcom_events;
  return {};
}

std::string_view webhook_label(std::string_view provider, std::string_view event) {
  const auto known = webhook_events(provider);
  const auto found = std::find(known.begin(), known.end(), event);
  return found != known.end() ? *found : "other";
}

}  // namespace hookswitch::events
