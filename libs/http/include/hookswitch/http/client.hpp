#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/http/response.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A small blocking client for the command line and for tests: plain http, one connection a
/// request, no redirects. Not for hot paths.
namespace hookswitch::http {

using RequestHeaders = std::vector<std::pair<std::string, std::string>>;

/// Any answer, whatever its status, is a Response (headers in the order received, Content-Type also
/// among them). A Rejection has the code "bad_url", "no_connection", "timeout" or "bad_answer".
/// `body` goes out as it is, with its Content-Length; Content-Type is the caller's to give in
/// `headers`, of which a later one replaces an earlier one of the same name. `timeout` covers
/// everything but the look-up of a host name that is not an address. At most 64 MiB of answer.
/// Thread safe; blocks the calling thread.
[[nodiscard]] Result<Response> send(std::string_view method, std::string_view url,
                                    const RequestHeaders& headers, std::string_view body,
                                    std::chrono::milliseconds timeout);
[[nodiscard]] Result<Response> get(std::string_view url, const RequestHeaders& headers,
                                   std::chrono::milliseconds timeout);
[[nodiscard]] Result<Response> post(std::string_view url, const RequestHeaders& headers,
                                    std::string_view body, std::chrono::milliseconds timeout);

/// The URL once for each address that its host has, with the address in the host's place; for an
/// address, the URL itself. A Rejection "bad_url", "no_connection" (the name is not known) or
/// "timeout". Thread safe; blocks the calling thread.
[[nodiscard]] Result<std::vector<std::string>> at_each_address(std::string_view url,
                                                               std::chrono::milliseconds timeout);

}  // namespace hookswitch::http
