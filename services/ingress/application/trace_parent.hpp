#pragma once
#include <hookswitch/core/uuid.hpp>
#include <hookswitch/signing/digest.hpp>

#include <string>
#include <string_view>

namespace hookswitch::ingress {

/// The W3C traceparent of a webhook's record (Trace Context level 1 §3.2): the sender's when it is
/// valid, else one made of the webhook's id and digest, so that a repeat joins the same trace.
/// Pure.
[[nodiscard]] std::string trace_parent_of(std::string_view sent, const Uuid& id,
                                          const signing::Digest& body_digest);

}  // namespace hookswitch::ingress
