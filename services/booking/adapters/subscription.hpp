#pragma once
#include "application/use_cases.hpp"

#include <string_view>
#include <variant>

namespace hookswitch::booking {

/// One line of subscriptions.cpp: an event that the service handles, and by what.
struct Subscription {
  std::string_view topic;
  std::string_view event;  ///< ce_event of a webhook, ce_type of a domain event
  std::variant<UseCase, CallUseCase> use_case;
};

}  // namespace hookswitch::booking
