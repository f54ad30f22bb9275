#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/core/uuid.hpp>
#include <hookswitch/http/response.hpp>

/// What ingress says to a provider (design.md §6). Never 3xx, never 410.
namespace hookswitch::ingress::answers {

/// 202 {"accepted":true,"id":"…"}
[[nodiscard]] http::Response accepted(const Uuid& id);
/// 401, the same whatever was wrong, also for an unknown workspace.
[[nodiscard]] http::Response not_genuine();
/// 400 with the field's JSON pointer.
[[nodiscard]] http::Response malformed(const Rejection& rejection);
/// 429, Retry-After 1.
[[nodiscard]] http::Response too_many();
/// 503, Retry-After 1.
[[nodiscard]] http::Response unavailable();

}  // namespace hookswitch::ingress::answers
