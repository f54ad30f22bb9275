#include <hookswitch/access/authorise.hpp>
#include <hookswitch/access/token.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace hookswitch;
using namespace hookswitch::access;

namespace {

const TimePoint now = from_epoch_ms(1'795'421'700'000);
const TenantId lindenhof{"lindenhof"};
const TenantId aurora{"aurora"};

struct Known {
  NewToken token = make_token();
  TokenSet tokens;

  explicit Known(Scope scope = Operator{}, Permission permission = Permission::write,
                 TimePoint expires_at = now + Milliseconds{1}, bool revoked = false) {
    tokens.emplace(token.id,
                   TokenRecord{token.sha256, std::move(scope), permission, expires_at, revoked});
    // Others, so that the right one has to be found.
    for (int i = 0; i < 3; ++i) {
      const auto other = make_token();
      tokens.emplace(other.id, TokenRecord{other.sha256, Operator{}, Permission::write,
                                           now + Milliseconds{1}, false});
    }
  }
  [[nodiscard]] std::variant<Principal, Denial> with(
      std::optional<std::string_view> authorization) const {
    return authorise(tokens, authorization, now);
  }
  [[nodiscard]] std::variant<Principal, Denial> shown() const {
    const auto header = "Bearer " + token.text;
    return with(header);
  }
};

Denial denial(const std::variant<Principal, Denial>& verdict) {
  REQUIRE(std::holds_alternative<Denial>(verdict));
  return std::get<Denial>(verdict);
}

}  // namespace

TEST_CASE("a good token says who it is") {
  const Known known(lindenhof, Permission::read);
  const Principal expected{known.token.id, lindenhof, Permission::read};
  CHECK(std::get<Principal>(known.shown()) == expected);
  for (const std::string scheme : {"bearer ", "BEARER ", "bEaReR "}) {
    CHECK(std::get<Principal>(known.with(scheme + known.token.text)) == expected);
  }
}

TEST_CASE("a header that is not `Bearer`, one space, a token is malformed") {
  const Known known;
  const auto& text = known.token.text;
  CHECK(denial(known.with(std::nullopt)) == Denial::no_credentials);
  // What stands in for the token's text is replaced by it.
  for (const std::string& form :
       {"", "Bearer", "Bearer ", "T", "Bearer  T", "Bearer\tT", " Bearer T", "Bearer T ",
        "Bearer T,T", "Bearer T, Bearer T", "Basic T", "Bearer xT", "Bearer token=T", "Key T",
        "Bearer \"T\"", "Bearer T\nX: y"}) {
    auto header = form;
    for (auto at = header.find('T'); at != std::string::npos; at = header.find('T', at)) {
      header.replace(at, 1, text);
      at += text.size();
    }
    CAPTURE(form);
    CHECK(denial(known.with(header)) == Denial::malformed);
  }
  CHECK(denial(known.with("Bearer " + std::string(100'000, 'x'))) == Denial::malformed);
}

TEST_CASE("another secret, another id or nobody's token are all unknown") {
  const Known known;
  const auto stranger = make_token();
  CHECK(denial(known.with("Bearer " + stranger.text)) == Denial::unknown);
  // The known id with the stranger's secret, and the other way round.
  auto mixed = known.token.text;
  mixed.replace(20, std::string::npos, stranger.text.substr(20));
  CHECK(denial(known.with("Bearer " + mixed)) == Denial::unknown);
  mixed = stranger.text;
  mixed.replace(20, std::string::npos, known.token.text.substr(20));
  CHECK(denial(known.with("Bearer " + mixed)) == Denial::unknown);
  for (std::size_t i = 20; i < token_characters; ++i) {
    auto changed = known.token.text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CHECK(denial(known.with("Bearer " + changed)) == Denial::unknown);
  }
  CHECK(denial(authorise({}, "Bearer " + known.token.text, now)) == Denial::unknown);
}

TEST_CASE("a token is good before its expiry and not at it") {
  const auto verdict = [](std::int64_t ms) {
    return Known(Operator{}, Permission::write, now + Milliseconds{ms}).shown();
  };
  CHECK(std::holds_alternative<Principal>(verdict(1)));
  CHECK(denial(verdict(0)) == Denial::expired);
  CHECK(denial(verdict(-1)) == Denial::expired);
  // A record that says nothing of it has expired long ago.
  Known known;
  known.tokens.at(known.token.id) = TokenRecord{known.token.sha256, Operator{}};
  CHECK(denial(known.shown()) == Denial::expired);
}

TEST_CASE("a revoked token is not good, and only its holder is told") {
  const Known known(Operator{}, Permission::write, now + Milliseconds{1}, true);
  CHECK(denial(known.shown()) == Denial::revoked);
  auto wrong = known.token.text;
  wrong.back() = wrong.back() == 'A' ? 'B' : 'A';
  CHECK(denial(known.with("Bearer " + wrong)) == Denial::unknown);
  const Known both(Operator{}, Permission::write, now, true);
  CHECK(denial(both.shown()) == Denial::revoked);
}

TEST_CASE("every scope and permission, every method, every owner of what is asked for") {
  struct Who {
    Scope scope;
    Permission permission;
  };
  struct Row {
    Who who;
    const char* method;
    bool own;        ///< what lindenhof owns
    bool others;     ///< what aurora owns
    bool operators;  ///< what no tenant owns
  };
  const Who operator_write{Operator{}, Permission::write};
  const Who operator_read{Operator{}, Permission::read};
  const Who tenant_write{lindenhof, Permission::write};
  const Who tenant_read{lindenhof, Permission::read};
  std::vector<Row> rows;
  for (const auto* method : {"GET", "HEAD"}) {
    rows.push_back({operator_write, method, true, true, true});
    rows.push_back({operator_read, method, true, true, true});
    rows.push_back({tenant_write, method, true, false, false});
    rows.push_back({tenant_read, method, true, false, false});
  }
  for (const auto* method : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", ""}) {
    rows.push_back({operator_write, method, true, true, true});
    rows.push_back({operator_read, method, false, false, false});
    rows.push_back({tenant_write, method, true, false, false});
    rows.push_back({tenant_read, method, false, false, false});
  }
  for (const auto& row : rows) {
    CAPTURE(row.method, row.who.scope.index(), static_cast<int>(row.who.permission));
    const Principal principal{"00112233445566ff", row.who.scope, row.who.permission};
    const auto permission = permission_for(row.method);
    CHECK(may(principal, {permission, lindenhof}) == row.own);
    CHECK(may(principal, {permission, aurora}) == row.others);
    CHECK(may(principal, {permission, std::nullopt}) == row.operators);
  }
}

TEST_CASE("a tenant without a name owns nothing") {
  const Principal nobody{"00112233445566ff", TenantId{}, Permission::write};
  CHECK_FALSE(may(nobody, {Permission::read, TenantId{}}));
  CHECK_FALSE(may(nobody, {Permission::read, std::nullopt}));
}
