#pragma once
#include <hookswitch/messaging/ports.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <string>

namespace hookswitch::messaging {

/// A table or schema that is not there is an installation that is not finished, not a message's
/// fault.
inline bool not_installed(const std::string& sqlstate) {
  return sqlstate == "42P01" || sqlstate == "3F000";
}

/// What `call` gives; its exceptions as the Store port has them.
template <class Call>
auto translated(const Call& call) {
  try {
    return call();
  } catch (const postgres::Unavailable& error) {
    throw StoreUnavailable(error.what());
  } catch (const postgres::Conflict& error) {
    throw StoreConflict(error.what());
  } catch (const postgres::StatementError& error) {
    if (not_installed(error.sqlstate())) throw StoreUnavailable(error.what());
    throw StoreError("sqlstate " + error.sqlstate());
  }
}

}  // namespace hookswitch::messaging
