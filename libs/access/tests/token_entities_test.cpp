#include <hookswitch/access/token.hpp>
#include <hookswitch/access/token_entities.hpp>
#include <hookswitch/directory/v1/access.pb.h>

#include <catch2/catch.hpp>

#include <functional>
#include <string>

using namespace hookswitch;
using namespace hookswitch::access;
namespace proto = hookswitch::directory::v1;

namespace {

proto::AccessToken entity(const NewToken& token) {
  proto::AccessToken message;
  message.set_id(token.id);
  message.set_token_sha256(std::string(signing::as_bytes(token.sha256)));
  message.set_company_id("lindenhof");
  message.set_permission(proto::ACCESS_PERMISSION_WRITE);
  message.set_expires_at_ms(1000);
  return message;
}

}  // namespace

TEST_CASE("the directory's record opens what it says, and its tombstone closes it") {
  const auto token = make_token();
  TokenSet tokens;
  REQUIRE(apply_token(tokens, token.id, entity(token).SerializeAsString()).has_value());
  const auto header = "Bearer " + token.text;
  CHECK(std::get<Principal>(authorise(tokens, header, from_epoch_ms(999))) ==
        Principal{token.id, TenantId{"lindenhof"}, Permission::write});
  CHECK(std::get<Denial>(authorise(tokens, header, from_epoch_ms(1000))) == Denial::expired);

  auto message = entity(token);
  message.mutable_operator_scope();
  message.set_permission(proto::ACCESS_PERMISSION_READ);
  REQUIRE(apply_token(tokens, token.id, message.SerializeAsString()).has_value());
  CHECK(std::get<Principal>(authorise(tokens, header, from_epoch_ms(999))) ==
        Principal{token.id, Operator{}, Permission::read});

  message.set_revoked_at_ms(1);
  REQUIRE(apply_token(tokens, token.id, message.SerializeAsString()).has_value());
  CHECK(std::get<Denial>(authorise(tokens, header, from_epoch_ms(999))) == Denial::revoked);

  REQUIRE(apply_token(tokens, token.id, std::nullopt).has_value());
  CHECK(tokens.empty());
}

TEST_CASE("a record that cannot be read opens nothing, also what was open before") {
  using Change = std::function<void(proto::AccessToken&)>;
  const auto [field, change] = GENERATE(table<std::string, Change>({
      {"id", [](auto& m) { m.set_id("00112233445566ff"); }},
      {"token_sha256", [](auto& m) { m.set_token_sha256("short"); }},
      {"token_sha256", [](auto& m) { m.clear_token_sha256(); }},
      {"scope", [](auto& m) { m.clear_scope(); }},
      {"scope", [](auto& m) { m.set_company_id(""); }},
      {"permission", [](auto& m) { m.clear_permission(); }},
      {"permission", [](auto& m) { m.set_permission(static_cast<proto::AccessPermission>(9)); }},
      {"expires_at_ms", [](auto& m) { m.clear_expires_at_ms(); }},
  }));
  CAPTURE(field);
  const auto token = make_token();
  TokenSet tokens;
  REQUIRE(apply_token(tokens, token.id, entity(token).SerializeAsString()).has_value());
  auto message = entity(token);
  change(message);
  const auto applied = apply_token(tokens, token.id, message.SerializeAsString());
  REQUIRE(applied.has_error());
  CHECK(applied.error().field == field);
  CHECK(tokens.empty());
}

TEST_CASE("bytes that are no message, and an id of another form, are refused") {
  TokenSet tokens;
  CHECK(apply_token(tokens, "00112233445566ff", "\xff\xff").has_error());
  auto message = entity(make_token());
  message.set_id("A");
  CHECK(apply_token(tokens, "A", message.SerializeAsString()).has_error());
  CHECK(tokens.empty());
}
