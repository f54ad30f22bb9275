#pragma once
#include "adapters/access.hpp"
#include "adapters/directory_database.hpp"

#include <hookswitch/access/authorise.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/http/server.hpp>

#include <variant>

/// Who is let in with a token of the table. Asked there for each request, so that what is revoked
/// is refused from the next one on.
namespace hookswitch::directory {

/// Whether the request shows something of a token's form: a stranger's text is refused without the
/// database. Pure.
[[nodiscard]] bool shows_a_token(const http::Request& request);
/// Who shows a token of the table that is good for what is needed, or what to answer.
[[nodiscard]] std::variant<Principal, http::Response> bearer_of_stored_token(
    const http::Request& request, DirectoryDatabase& database, TimePoint now,
    access::Permission needed);

}  // namespace hookswitch::directory
