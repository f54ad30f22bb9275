#pragma once
#include <hookswitch/messaging/ports.hpp>
#include <hookswitch/postgres/connection.hpp>

#include <string>

namespace hookswitch::messaging {

/// A table, schema, column, function or unique index that is not there: an installation that is not
/// finished, or one of another version; not a message's fault.
inline bool not_installed(const std::string& sqlstate) {
  return sqlstate == "42P01" || sqlstate == "3F000" || sqlstate == "42703" || sqlstate == "42883" ||
         sqlstate == "42P10";
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
