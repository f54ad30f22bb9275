#include <hookswitch/sealing/envelope.hpp>

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace hookswitch;
using namespace hookswitch::sealing;

namespace {

const std::string first =
    "2026-10 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";
const std::string second =
    "2026-11 6e9c3fc85cdaf0ef657262fd8c782755d6c9bb3e46c47852673dd22d9efa28d5\n";

MasterKeys masters(const std::string& text) { return MasterKeys::parse(text).value(); }

std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

const Place place{"provider_key/default/k1", "retell"};

}  // namespace

TEST_CASE("what was sealed opens with the data key that its wrapping gives back") {
  const auto keys = masters(first);
  const auto made = make_data_key(keys, "workspace/default");
  const auto size = GENERATE(std::size_t{0}, 1, 15, 16, 17, 100'000);
  const std::string plain(size, 'p');
  const auto sealed = seal(made.key, place, plain);
  CHECK(sealed.size() == plain.size() + sealing_adds_bytes);
  if (size > 15) CHECK(sealed.find(plain) == std::string::npos);
  CHECK(made.wrapped.find(made.key.bytes().view()) == std::string::npos);

  const auto key = unwrap(keys, "workspace/default", made.wrapped);
  REQUIRE(key.has_value());
  CHECK(key->id() == made.key.id());
  CHECK(key->owner() == "workspace/default");
  const auto opened = open(*key, place, sealed);
  REQUIRE(opened.has_value());
  CHECK(opened->view() == plain);
}

TEST_CASE("bytes that another implementation made from the README's table open") {
  // Python's `cryptography`: AESGCM(master) and AESGCM(data key) over the table's fields.
  const auto wrapped = from_hex(
      "014b07323032362d31310011223344556677000102030405060708090a0b8c2bed9c9a86a9af7761f684e8d0e152"
      "54e0e40b4b0e77e53b74b77890710c03b30b9645e1bef55949adddf16c56a48e");
  const auto sealed = from_hex(
      "015300112233445566776465666768696a6b6c6d6e6fcb19d47d97486f46f199f8dd2436d15790e9f6f8b309ee67"
      "03054f4a60bd937515");
  const auto key = unwrap(masters(second), "workspace/default", wrapped);
  REQUIRE(key.has_value());
  CHECK(key->id() == "0011223344556677");
  CHECK(open(*key, place, sealed).value().view() == "key_of_the_vector");
}

TEST_CASE("every changed bit of either kind of bytes is refused") {
  const auto keys = masters(first);
  const auto made = make_data_key(keys, "workspace/default");
  const auto sealed = seal(made.key, place, "key_of_retell");
  std::set<std::string> codes;
  for (std::size_t i = 0; i < made.wrapped.size() * 8; ++i) {
    auto changed = made.wrapped;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    CAPTURE(i);
    const auto key = unwrap(keys, "workspace/default", changed);
    REQUIRE(key.has_error());
    codes.insert(key.error().code);
  }
  CHECK(codes == std::set<std::string>{"malformed", "unsupported_version", "unknown_master_key",
                                       "not_authentic"});
  codes.clear();
  for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
    auto changed = sealed;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    CAPTURE(i);
    const auto opened = open(made.key, place, changed);
    REQUIRE(opened.has_error());
    codes.insert(opened.error().code);
  }
  CHECK(codes == std::set<std::string>{"malformed", "unsupported_version", "other_data_key",
                                       "not_authentic"});
}

TEST_CASE("bytes of every other length are refused") {
  const auto keys = masters(first);
  const auto made = make_data_key(keys, "workspace/default");
  const auto sealed = seal(made.key, place, "key_of_retell");
  for (std::size_t size = 0; size < made.wrapped.size(); ++size) {
    CHECK(unwrap(keys, "workspace/default", made.wrapped.substr(0, size)).error().code ==
          "malformed");
  }
  CHECK(unwrap(keys, "workspace/default", made.wrapped + "x").error().code == "malformed");
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CHECK(open(made.key, place, sealed.substr(0, size)).has_error());
  }
  CHECK(open(made.key, place, sealed + "x").error().code == "not_authentic");
  const std::string megabyte(1'048'576, 'x');
  CHECK(open(made.key, place, sealed + megabyte).error().code == "malformed");
  CHECK_THROWS_AS(seal(made.key, place, megabyte + "x"), std::length_error);
}

TEST_CASE("what was sealed for one place opens in no other") {
  const auto keys = masters(first);
  const auto made = make_data_key(keys, "workspace/default");
  const auto sealed = seal(made.key, {"ab", "c"}, "key_of_retell");
  REQUIRE(open(made.key, {"ab", "c"}, sealed).has_value());
  for (const Place& other : {Place{"a", "bc"}, Place{"abc", ""}, Place{"", "abc"}, Place{"ab", "d"},
                             Place{"ac", "c"}, Place{"c", "ab"}}) {
    CAPTURE(other.entity, other.field);
    CHECK(open(made.key, other, sealed).error().code == "not_authentic");
  }
}

TEST_CASE("a data key is its owner's only") {
  const auto keys = masters(first);
  const auto made = make_data_key(keys, "workspace/default");
  CHECK(unwrap(keys, "workspace/aurora", made.wrapped).error().code == "not_authentic");
  CHECK(unwrap(keys, "", made.wrapped).error().code == "not_authentic");
  // Even the same bytes under another owner's name open nothing.
  const DataKey taken(made.key.raw_id(), "workspace/aurora",
                      Secret::copy_of(made.key.bytes().view()));
  CHECK(open(taken, place, seal(made.key, place, "key")).error().code == "not_authentic");
}

TEST_CASE("a sealed value says which data key it needs") {
  const auto keys = masters(first);
  const auto one = make_data_key(keys, "workspace/default");
  const auto other = make_data_key(keys, "workspace/default");
  const auto opened = open(other.key, place, seal(one.key, place, "key_of_retell"));
  REQUIRE(opened.has_error());
  CHECK(opened.error().code == "other_data_key");
  CHECK(opened.error().field == one.key.id());
}

TEST_CASE("a master key that is not there is named, one of other bytes is found out") {
  const auto made = make_data_key(masters(first), "workspace/default");
  const auto unwrapped = unwrap(masters(second), "workspace/default", made.wrapped);
  REQUIRE(unwrapped.has_error());
  CHECK(unwrapped.error().code == "unknown_master_key");
  CHECK(unwrapped.error().field == "2026-10");
  const auto same_id = masters("2026-10" + second.substr(7));
  CHECK(unwrap(same_id, "workspace/default", made.wrapped).error().code == "not_authentic");
}

TEST_CASE("master keys rotate: new ones wrap, old ones open, rewrapping touches no sealed value") {
  const auto old_keys = masters(first);
  const auto both = masters(first + second);
  const auto made = make_data_key(old_keys, "workspace/default");
  const auto sealed = seal(made.key, place, "key_of_retell");
  CHECK(master_key_of(made.wrapped).value() == "2026-10");
  CHECK(master_key_of(make_data_key(both, "x").wrapped).value() == "2026-11");

  const auto rewrapped = rewrap(both, "workspace/default", made.wrapped);
  REQUIRE(rewrapped.has_value());
  CHECK(master_key_of(*rewrapped).value() == "2026-11");
  CHECK(rewrap(both, "workspace/default", *rewrapped).value() == *rewrapped);
  const auto new_keys = masters(second);
  for (const auto* each : {&both, &new_keys}) {
    const auto key = unwrap(*each, "workspace/default", *rewrapped);
    REQUIRE(key.has_value());
    CHECK(open(*key, place, sealed).value().view() == "key_of_retell");
  }
  CHECK(unwrap(both, "workspace/default", made.wrapped).has_value());
  CHECK(rewrap(both, "workspace/aurora", made.wrapped).error().code == "not_authentic");
  CHECK(rewrap(new_keys, "workspace/default", made.wrapped).error().code == "unknown_master_key");
}

TEST_CASE("the same text sealed twice has nothing in common but its header") {
  const auto keys = masters(first);
  const auto made = make_data_key(keys, "workspace/default");
  std::set<std::string> nonces;
  std::set<std::string> ciphertexts;
  for (int i = 0; i < 1000; ++i) {
    const auto sealed = seal(made.key, place, "key_of_retell");
    nonces.insert(sealed.substr(10, 12));
    ciphertexts.insert(sealed.substr(22));
  }
  CHECK(nonces.size() == 1000);
  CHECK(ciphertexts.size() == 1000);
  CHECK(make_data_key(keys, "x").key.id() != make_data_key(keys, "x").key.id());
}

TEST_CASE("no refusal has a byte of a key") {
  const auto keys = masters(first);
  const auto made = make_data_key(keys, "workspace/default");
  const auto told = [](const Rejection& rejection) { return rejection.to_string(); };
  const auto other = make_data_key(keys, "workspace/default");
  for (const auto& text : {told(unwrap(keys, "x", made.wrapped).error()),
                           told(unwrap(masters(second), "x", made.wrapped).error()),
                           told(open(other.key, place, seal(made.key, place, "PLAIN")).error())}) {
    CHECK(text.find("0123456789abcdef0123") == std::string::npos);
    CHECK(text.find("PLAIN") == std::string::npos);
  }
}
