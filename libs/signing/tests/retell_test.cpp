#include "vectors.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/signing/digest.hpp>
#include <hookswitch/signing/retell.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace hookswitch;
using namespace hookswitch::signing;
using retell::Verdict;

namespace {

const TimePoint now = from_epoch_ms(1'795'421'700'000);
const std::vector<std::string> keys{"key_1"};

Verdict verdict_on(std::string_view header, std::string_view body = "{}") {
  return retell::verify(body, header, keys, now);
}

std::string header_of(std::string_view digits, std::string_view signed_digits) {
  return "v=" + std::string(digits) + ",d=" + to_hex(hmac_sha256("key_1", "{}", signed_digits));
}

}  // namespace

TEST_CASE("both official SDKs and we judge every vector alike", "[retell]") {
  const std::string file = tests::vector_file("retell-signature.json");
  const auto document = json::Document::parse(file).value();
  const auto vectors = document.root()["vectors"].elements();
  REQUIRE(vectors.size() >= 30);
  for (const json::Value& vector : vectors) {
    INFO(vector["name"].string().value());
    const std::string body = tests::from_base64(vector["body_base64"].string().value());
    const std::vector<std::string> key{std::string(vector["api_key"].string().value())};
    const auto verdict = retell::verify(body, vector["header"].string().value(), key,
                                        from_epoch_ms(vector["now_ms"].integer().value()));
    // The SDKs decode the body first; ingress answers 400 to one that is not UTF-8.
    const bool accepted = verdict == Verdict::genuine && json::is_utf8(body);
    CHECK(accepted == vector["sdk_accepts"].boolean().value());
  }
}

TEST_CASE("what we sign is genuine for five minutes, the last millisecond included", "[retell]") {
  const std::string header = retell::sign("{}", "key_1", now);
  CHECK(header.starts_with("v=1795421700000,d="));
  CHECK(header.size() == 16 + 2 + 64);
  CHECK(retell::verify("{}", header, keys, now) == Verdict::genuine);
  CHECK(retell::verify("{}", header, keys, now + retell::tolerance) == Verdict::genuine);
  CHECK(retell::verify("{}", header, keys, now - retell::tolerance) == Verdict::genuine);
  CHECK(retell::verify("{}", header, keys, now + retell::tolerance + Milliseconds{1}) ==
        Verdict::outside_tolerance);
  CHECK(retell::verify("{}", header, keys, now - retell::tolerance - Milliseconds{1}) ==
        Verdict::outside_tolerance);
}

TEST_CASE("a rotated key is good as long as it is listed", "[retell]") {
  const std::string header = retell::sign("{}", "key_old", now);
  const std::vector<std::string> rotating{"key_new", "key_old"};
  const std::vector<std::string> rotated{"key_new"};
  CHECK(retell::verify("{}", header, rotating, now) == Verdict::genuine);
  CHECK(retell::verify("{}", header, rotated, now) == Verdict::wrong_signature);
}

TEST_CASE("without a key nothing is genuine", "[retell]") {
  const std::string unsigned_header = retell::sign("{}", "", now);
  const std::vector<std::string> none;
  const std::vector<std::string> empty{""};
  const std::vector<std::string> empty_and_other{"", "key_1"};
  CHECK(retell::verify("{}", unsigned_header, none, now) == Verdict::no_keys);
  CHECK(retell::verify("{}", unsigned_header, empty, now) == Verdict::no_keys);
  CHECK(retell::verify("{}", unsigned_header, empty_and_other, now) == Verdict::wrong_signature);
}

TEST_CASE("leading zeros vanish before the timestamp is signed", "[retell]") {
  CHECK(verdict_on(header_of("0001795421700000", "1795421700000")) == Verdict::genuine);
  CHECK(verdict_on(header_of("0001795421700000", "0001795421700000")) == Verdict::wrong_signature);
  CHECK(verdict_on(header_of(std::string(4287, '0') + "1795421700000", "1795421700000")) ==
        Verdict::genuine);
  CHECK(verdict_on(header_of(std::string(4288, '0') + "1795421700000", "1795421700000")) ==
        Verdict::malformed_header);
}

TEST_CASE("a genuine body comes with its SHA-256, whichever key signed it; another has none",
          "[retell]") {
  const std::string body = R"({"event":"call_ended"})";
  const std::array<std::string, 3> several{"", "first", "second"};
  for (const std::size_t signer : {1U, 2U}) {
    const auto verified =
        retell::verify_body(body, retell::sign(body, several[signer], now), several, now);
    CHECK(verified.verdict == Verdict::genuine);
    CHECK(verified.sha256 == sha256(body));
  }
  for (const auto& header : {retell::sign(body, "third", now), std::string("v=1,d=")}) {
    const auto refused = retell::verify_body(body, header, several, now);
    CHECK(refused.verdict != Verdict::genuine);
    CHECK(refused.sha256 == Digest{});
  }
}

TEST_CASE("a timestamp that no number holds exactly is malformed, not wrapped around", "[retell]") {
  CHECK(verdict_on(header_of("9007199254740991", "9007199254740991")) ==
        Verdict::outside_tolerance);
  CHECK(verdict_on(header_of("9007199254740992", "9007199254740992")) == Verdict::malformed_header);
  // 2^64 + now and 2^128 would be "now" or 0 after overflow.
  CHECK(verdict_on(header_of("18446745869131251616", "1795421700000")) ==
        Verdict::malformed_header);
  CHECK(verdict_on(header_of("340282366920938463463374607431768211456", "0")) ==
        Verdict::malformed_header);
}

TEST_CASE("only the exact form of the header is read", "[retell]") {
  const std::string good = retell::sign("{}", "key_1", now);
  REQUIRE(verdict_on(good) == Verdict::genuine);
  std::string upper = good;
  for (std::size_t i = 18; i < upper.size(); ++i) {
    if (upper[i] >= 'a') upper[i] = static_cast<char>(upper[i] - 'a' + 'A');
  }
  const std::string digest = good.substr(18);
  for (const std::string& header :
       std::vector<std::string>{std::string(),
                                " " + good,
                                good + " ",
                                good + "\n",
                                good + ",",
                                good + "0",
                                upper,
                                "V" + good.substr(1),
                                "v=1795421700000,D=" + digest,
                                "v=1795421700000, d=" + digest,
                                "v= 1795421700000,d=" + digest,
                                "v=+1795421700000,d=" + digest,
                                "v=-1795421700000,d=" + digest,
                                "v=1.795421700000e12,d=" + digest,
                                "v=,d=" + digest,
                                "d=" + digest + ",v=1795421700000",
                                "v=1795421700000,d=",
                                "v=1795421700000,d=" + digest.substr(1),
                                "v=1795421700000;d=" + digest,
                                "v=1795421700000,d=" + digest + ",d=" + digest,
                                "v=\xD9\xA1,d=" + digest,
                                digest,
                                std::string("v=1795421700000\0,d=", 19) + digest}) {
    INFO(header);
    CHECK(verdict_on(header) == Verdict::malformed_header);
  }
}

TEST_CASE("every bit of header and body counts", "[retell]") {
  const std::string body = R"({"event":"call_ended"})";
  const std::string good = retell::sign(body, "key_1", now);
  REQUIRE(verdict_on(good, body) == Verdict::genuine);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string header = good;
    header[bit / 8] = static_cast<char>(header[bit / 8] ^ (1 << bit % 8));
    INFO(header);
    CHECK(verdict_on(header, body) != Verdict::genuine);
  }
  for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
    std::string other = body;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    CHECK(verdict_on(good, other) == Verdict::wrong_signature);
  }
}

TEST_CASE("a Retell verdict has a name for logs", "[retell]") {
  CHECK(retell::to_string(Verdict::genuine) == "genuine");
  CHECK(retell::to_string(Verdict::no_keys) == "no_keys");
  CHECK(retell::to_string(Verdict::malformed_header) == "malformed_header");
  CHECK(retell::to_string(Verdict::outside_tolerance) == "outside_tolerance");
  CHECK(retell::to_string(Verdict::wrong_signature) == "wrong_signature");
}
