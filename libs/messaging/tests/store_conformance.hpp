#pragma once
#include <hookswitch/messaging/ports.hpp>

#include <functional>
#include <memory>

namespace hookswitch::messaging {

/// What the worker relies on in a Store, as Catch2 assertions; the fake and the one on Postgres
/// both pass it. `connect` gives another session on the same, empty database.
void check_store(const std::function<std::unique_ptr<Store>()>& connect);

}  // namespace hookswitch::messaging
