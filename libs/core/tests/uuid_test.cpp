#include <hookswitch/core/uuid.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <unordered_set>

using hookswitch::Uuid;

TEST_CASE("a name gives the id that RFC 9562 says", "[uuid]") {
  // RFC 9562 appendix A.4: the DNS namespace and www.example.com.
  const auto dns = Uuid::parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value();
  CHECK(hookswitch::uuid_v5(dns, "www.example.com").to_string() ==
        "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

TEST_CASE("an id is read in either case and written in lower case", "[uuid]") {
  const auto uuid = Uuid::parse("2ED6657D-E927-568B-95E1-2665A8AEA6A2");
  REQUIRE(uuid.has_value());
  CHECK(uuid->to_string() == "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

TEST_CASE("text that is not a UUID is refused", "[uuid]") {
  for (const char* text :
       {"", "2ed6657d-e927-568b-95e1-2665a8aea6a", "2ed6657d-e927-568b-95e1-2665a8aea6a22",
        "2ed6657de927-568b-95e1-2665a8aea6a2-", "2ed6657d-e927-568b-95e1-2665a8aea6ag",
        "2ed6657d_e927_568b_95e1_2665a8aea6a2", "{ed6657d-e927-568b-95e1-2665a8aea6a}"}) {
    INFO(text);
    CHECK_FALSE(Uuid::parse(text).has_value());
  }
}

TEST_CASE("the ids already on the bus never change", "[uuid]") {
  CHECK(hookswitch::hookswitch_namespace.to_string() == "6b1f5c0e-2d7a-5e41-9b52-0d3c7e61a418");
  CHECK(hookswitch::uuid_v5(hookswitch::hookswitch_namespace, "a").to_string() ==
        "e993d4f6-3d00-5d37-81ab-c70d26657f4d");
  CHECK(hookswitch::uuid_v5(hookswitch::hookswitch_namespace, std::string(200, 'x')).to_string() ==
        "17c73ba3-2259-5bc4-8523-b18504171bc0");  // what Python's uuid5 says
}

TEST_CASE("ids can be keys of a hash table", "[uuid]") {
  std::unordered_set<Uuid> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(hookswitch::uuid_v5(hookswitch::hookswitch_namespace, std::to_string(i)));
  }
  CHECK(seen.size() == 1000);
}
