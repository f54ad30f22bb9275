#include <hookswitch/access/token.hpp>

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace hookswitch;
using namespace hookswitch::access;

TEST_CASE("a token has a form that is safe in a URL, a header and a shell, and shows its id") {
  std::set<std::string> ids;
  std::set<std::string> secrets;
  std::set<char> characters;
  for (int i = 0; i < 1000; ++i) {
    const auto token = make_token();
    CHECK(token.text.size() == token_characters);
    CHECK(token_id(token.text) == std::string_view(token.id));
    CHECK(token.text.starts_with("hs_" + token.id + "_"));
    CHECK(token.sha256 == signing::sha256(token.text));
    ids.insert(token.id);
    const auto secret = token.text.substr(20);
    secrets.insert(secret);
    characters.insert(secret.begin(), secret.end() - 1);
  }
  CHECK(ids.size() == 1000);
  CHECK(secrets.size() == 1000);
  CHECK(characters.size() == 64);  // every digit occurs: the bits are all used
}

TEST_CASE("a text of any other form is no token") {
  const std::string good = "hs_00112233445566ff_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP-";
  REQUIRE(token_id(good) == std::string_view("00112233445566ff"));
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(token_id(good.substr(0, size)));
  }
  for (const std::string& bad :
       {good + "x", good + " ", " " + good, "HS" + good.substr(2), "hs-" + good.substr(3)}) {
    CHECK_FALSE(token_id(bad));
  }
  for (const char wrong : {'G', 'F', ' ', '\0', '_', '\x80'}) {
    auto bad = good;
    bad[5] = wrong;
    CHECK_FALSE(token_id(bad));
  }
  for (const char wrong : {'+', '/', '=', ' ', '\0', '.', '\n', '\x80'}) {
    auto bad = good;
    bad[30] = wrong;
    CHECK_FALSE(token_id(bad));
  }
  auto bad = good;
  bad[19] = '-';
  CHECK_FALSE(token_id(bad));
}
