#include "vectors.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/signing/calcom.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace hookswitch;
using namespace hookswitch::signing;
using calcom::Verdict;

TEST_CASE("every Cal.com vector is judged as a verifier that fails closed must", "[calcom]") {
  const std::string file = tests::vector_file("calcom-signature.json");
  const auto document = json::Document::parse(file).value();
  const auto vectors = document.root()["vectors"].elements();
  REQUIRE(vectors.size() >= 8);
  for (const json::Value& vector : vectors) {
    INFO(vector["name"].string().value());
    const auto secret = vector["secret"].optional_string().value();
    std::vector<std::string> secrets;
    if (secret) secrets.emplace_back(*secret);
    const std::string body = tests::from_base64(vector["body_base64"].string().value());
    const auto header = vector["header"].optional_string().value().value_or("");
    CHECK((calcom::verify(body, header, secrets) == Verdict::genuine) ==
          vector["expected_accept"].boolean().value());
  }
}

TEST_CASE("what we sign is genuine, with any of the secrets in use", "[calcom]") {
  const std::string header = calcom::sign("{}", "old");
  const std::vector<std::string> secrets{"new", "old"};
  const std::vector<std::string> without{"new"};
  CHECK(calcom::verify("{}", header, secrets) == Verdict::genuine);
  CHECK(calcom::verify("{} ", header, secrets) == Verdict::wrong_signature);
  CHECK(calcom::verify("{}", header, without) == Verdict::wrong_signature);
}

TEST_CASE("an unset secret means no, never a pass", "[calcom]") {
  const std::vector<std::string> none;
  const std::vector<std::string> empty{""};
  CHECK(calcom::verify("{}", calcom::sign("{}", ""), none) == Verdict::no_secrets);
  CHECK(calcom::verify("{}", calcom::sign("{}", ""), empty) == Verdict::no_secrets);
  CHECK(calcom::verify("{}", "no-secret-provided", none) == Verdict::no_secrets);
}

TEST_CASE("a genuine body comes with its SHA-256, another has none", "[calcom]") {
  const std::array<std::string, 2> secrets{"first", "second"};
  const auto verified = calcom::verify_body("{}", calcom::sign("{}", "second"), secrets);
  CHECK(verified.verdict == Verdict::genuine);
  CHECK(verified.sha256 == sha256("{}"));
  CHECK(calcom::verify_body("{}", calcom::sign("{}", "third"), secrets).sha256 == Digest{});
}

TEST_CASE("a header that is not 64 lower-case hex digits is malformed", "[calcom]") {
  const std::vector<std::string> secrets{"s"};
  const std::string good = calcom::sign("{}", "s");
  REQUIRE(calcom::verify("{}", good, secrets) == Verdict::genuine);
  for (const std::string& header :
       {std::string("no-secret-provided"), std::string(), "sha256=" + good, good + " ", " " + good,
        good + "00", good.substr(2), std::string(64, 'G'), std::string(64, 'A')}) {
    INFO(header);
    CHECK(calcom::verify("{}", header, secrets) == Verdict::malformed_header);
  }
}

TEST_CASE("a Cal.com verdict has a name for logs", "[calcom]") {
  CHECK(calcom::to_string(Verdict::genuine) == "genuine");
  CHECK(calcom::to_string(Verdict::no_secrets) == "no_secrets");
  CHECK(calcom::to_string(Verdict::malformed_header) == "malformed_header");
  CHECK(calcom::to_string(Verdict::wrong_signature) == "wrong_signature");
}
