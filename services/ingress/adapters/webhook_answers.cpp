#include "webhook_answers.hpp"

namespace hookswitch::ingress::answers {

http::Response accepted(const Uuid& id) {
  return http::json_response(202, R"({"accepted":true,"id":")" + id.to_string() + R"("})");
}

http::Response not_genuine() {
  return http::problem(401, "Not genuine", "The signature does not belong to this body.");
}

http::Response malformed(const Rejection& rejection) {
  return http::problem(400, "Not a webhook", rejection.code + ": " + rejection.message,
                       rejection.field);
}

http::Response too_many() {
  return http::retry_later(429, "Too many webhooks at once", "Please send it again.", 1);
}

http::Response unavailable() {
  return http::retry_later(503, "Not stored yet",
                           "The bus cannot be reached. Please send it again.", 1);
}

}  // namespace hookswitch::ingress::answers
