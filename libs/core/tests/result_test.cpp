#include <hookswitch/core/result.hpp>
#include <hookswitch/core/strong_id.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace hookswitch;

TEST_CASE("a rejection reads as code, field and message", "[result]") {
  CHECK(Rejection{"wrong_type", "/call/end_timestamp", "expected integer"}.to_string() ==
        "wrong_type: /call/end_timestamp: expected integer");
  CHECK(Rejection{"not_json", "", "byte 3"}.to_string() == "not_json: byte 3");
}

TEST_CASE("taking the value of a rejection throws what was rejected", "[result]") {
  const Result<int> refused = Rejection{"not_json", "", "byte 3"};
  try {
    static_cast<void>(refused.value());
    FAIL("a rejection has no value");
  } catch (const RejectionError& error) {
    CHECK(error.rejection() == Rejection{"not_json", "", "byte 3"});
    CHECK(std::string(error.what()) == "not_json: byte 3");
  }
}

TEST_CASE("a tenant is not a workspace", "[strong_id]") {
  STATIC_REQUIRE_FALSE(std::is_convertible_v<WorkspaceId, TenantId>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string, TenantId>);
  CHECK(TenantId("aurora") < TenantId("lindenhof"));
}
