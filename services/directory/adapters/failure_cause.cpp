#include "adapters/failure_cause.hpp"

#include "application/ports.hpp"
#include "application/unresolved_webhooks.hpp"

#include <hookswitch/postgres/connection.hpp>

#include <algorithm>
#include <array>
#include <typeinfo>

namespace hookswitch::directory {

bool is_about_data(std::string_view sqlstate) {
  // Wrong cardinality, data exception, constraint, program limit, raised by a trigger, internal
  // error (a row whose pages are damaged).
  constexpr std::array<std::string_view, 6> classes{"21", "22", "23", "54", "P0", "XX"};
  return std::ranges::any_of(classes, [&](auto one) { return sqlstate.starts_with(one); });
}

std::optional<std::string> cause_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const postgres::Unavailable&) {
    return std::nullopt;
  } catch (const postgres::Conflict&) {
    return std::nullopt;
  } catch (const postgres::StatementError& error) {
    if (!is_about_data(error.sqlstate())) return std::nullopt;
    return "sqlstate " + error.sqlstate();
  } catch (const AlreadyTaken&) {
    return "constraint";
  } catch (const UnreadableWebhook&) {
    return "unreadable by this version";
  } catch (const std::exception& error) {
    return std::string("exception ") + typeid(error).name();
  }
}

}  // namespace hookswitch::directory
