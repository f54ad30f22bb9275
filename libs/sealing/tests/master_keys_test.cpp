#include <hookswitch/sealing/master_keys.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <tuple>

using namespace hookswitch;
using namespace hookswitch::sealing;

namespace {

const std::string hex = "6e9c3fc85cdaf0ef657262fd8c782755d6c9bb3e46c47852673dd22d9efa28d5";
const std::string base64 = "bpw/yFza8O9lcmL9jHgnVdbJuz5GxHhSZz3SLZ76KNU=";  // the same bytes
const std::string other = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF";

}  // namespace

TEST_CASE("a line a key, in hex or base64, the last one the newest") {
  const auto keys =
      MasterKeys::parse("# drawn by openssl rand\n\n2026-10\t" + other + " \r\n  b_2 " + base64);
  REQUIRE(keys.has_value());
  CHECK(keys->ids() == std::vector<std::string>{"2026-10", "b_2"});
  CHECK(keys->newest_id() == "b_2");
  CHECK(keys->find("c") == nullptr);
  CHECK(keys->find("") == nullptr);
  REQUIRE(keys->find("b_2") != nullptr);
  CHECK(keys->find("b_2")->view().substr(0, 4) == "\x6e\x9c\x3f\xc8");
  CHECK(keys->find("2026-10")->view().substr(0, 4) == "\x01\x23\x45\x67");
  const auto in_hex = MasterKeys::parse("b_2 " + hex);
  CHECK(same(*in_hex.value().find("b_2"), *keys->find("b_2")));
}

TEST_CASE("master keys that are wrong are refused with the line and without a byte of a key") {
  const auto [text, where, reason] = GENERATE_COPY(table<std::string, std::string, std::string>({
      {"", "", "has no key"},
      {"# only\n\n", "", "has no key"},
      {hex, "line 1", "is not `<id> <key>`"},
      {"a " + other + "\n\nb", "line 3", "is not `<id> <key>`"},
      {"A " + hex, "line 1", "the id must match"},
      {"-a " + hex, "line 1", "the id must match"},
      {hex + " a", "line 1", "the id must match"},  // turned round: an id of 64 characters
      {"a " + hex.substr(1), "line 1", "not 32 bytes"},
      {"a " + hex + "0", "line 1", "not 32 bytes"},
      {"a " + hex + " b", "line 1", "not 32 bytes"},
      {"a g" + hex.substr(1), "line 1", "not 32 bytes"},
      {"a " + base64.substr(0, 43), "line 1", "not 32 bytes"},
      {"a " + base64.substr(0, 43) + "A", "line 1", "not 32 bytes"},
      {"a " + base64.substr(0, 42) + "V=", "line 1", "not 32 bytes"},  // unused bits are set
      {"a -" + base64.substr(1), "line 1", "not 32 bytes"},            // the URL's alphabet
      {"a " + std::string(64, '0'), "line 1", "one byte over and over"},
      {"a " + std::string(43, 'A') + "=", "line 1", "one byte over and over"},
      {"a " + hex + "\na " + other, "line 2", "the id occurs twice"},
      {"a " + hex + "\nb " + base64, "line 2", "also that of a"},
      {std::string("a ") + '\0' + hex.substr(1), "line 1", "not 32 bytes"},
  }));
  CAPTURE(text);
  const auto keys = MasterKeys::parse(text);
  REQUIRE(keys.has_error());
  CHECK(keys.error().code == "bad_master_keys");
  CHECK(keys.error().field == where);
  CHECK_THAT(keys.error().message, Catch::Contains(reason));
  const auto told = keys.error().to_string();
  for (const auto& piece : {hex.substr(8, 8), base64.substr(8, 8), other.substr(8, 8)}) {
    CHECK(told.find(piece) == std::string::npos);
  }
}
