#include "../src/sha256_blocks.hpp"

#include <hookswitch/signing/body_sums.hpp>
#include <hookswitch/signing/digest.hpp>

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>
#include <thread>
#include <vector>

using namespace hookswitch::signing;

TEST_CASE("digests are those of the standards", "[digest]") {
  // FIPS 180-4 examples; RFC 4231 test cases 1, 2 and 6.
  CHECK(to_hex(sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(to_hex(hmac_sha256("Jefe", "what do ya want ", "for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(to_hex(hmac_sha256(std::string(131, '\xaa'),
                           "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("a key of any length signs a message of any length as OpenSSL does", "[digest]") {
  for (const std::size_t key_bytes : {0U, 1U, 31U, 32U, 33U, 63U, 64U, 65U, 128U, 200U}) {
    for (const std::size_t bytes : {0U, 1U, 55U, 56U, 63U, 64U, 65U, 119U, 120U, 5000U}) {
      INFO(key_bytes << " and " << bytes);
      const std::string key(key_bytes, '\x9c');
      const std::string message(bytes, 'm');
      Digest theirs{};
      REQUIRE(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                   reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                   theirs.data(), nullptr) != nullptr);
      CHECK(to_hex(hmac_sha256(key, message)) == to_hex(theirs));
    }
  }
}

TEST_CASE("both sums of a body in one pass are those of two passes", "[digest]") {
#if defined(__x86_64__)
  if (!has_sha256_blocks()) WARN("OpenSSL is compared with itself here");
#else
  WARN("OpenSSL is compared with itself here");
#endif
  std::string body;
  for (std::size_t i = 0; i < 5000; ++i) body.push_back(static_cast<char>(i * 131 % 251));
  const auto same = [&](std::string_view key, std::string_view text, std::string_view suffix) {
    const auto one_pass = body_sums(key, text, suffix);
    const auto two_passes = body_sums_by_openssl(key, text, suffix);
    return one_pass.hmac == two_passes.hmac && one_pass.sha256 == two_passes.sha256;
  };
  for (std::size_t bytes = 0; bytes <= 300; ++bytes) {
    for (std::size_t suffix = 0; suffix <= 130; suffix += 13) {
      INFO(bytes << " and " << suffix);
      CHECK(same("key_of_some_length", std::string_view(body).substr(7, bytes),
                 body.substr(0, suffix)));
    }
  }
  for (std::size_t key = 0; key <= 140; ++key) {
    INFO(key);
    CHECK(same(body.substr(0, key), body, "1795421801207"));
  }
  for (std::size_t bytes = 301; bytes <= body.size(); bytes += 61) {
    INFO(bytes);
    CHECK(same("key_of_some_length", std::string_view(body).substr(0, bytes), "1795421801207"));
  }
}

TEST_CASE("an empty key is a key of its own, not the one before", "[digest]") {
  const auto empty = hmac_sha256("", "body");
  static_cast<void>(hmac_sha256("secret", "body"));
  CHECK(hmac_sha256("", "body") == empty);
  CHECK(hmac_sha256("secret", "body") != empty);
}

TEST_CASE("digests are equal when all of their bits are", "[digest]") {
  const auto digest = sha256("abc");
  CHECK(equal_in_constant_time(digest, sha256("abc")));
  for (std::size_t i = 0; i < digest.size() * 8; ++i) {
    auto changed = digest;
    changed[i / 8] = static_cast<std::uint8_t>(changed[i / 8] ^ (1U << (i % 8)));
    CHECK_FALSE(equal_in_constant_time(digest, changed));
  }
}

TEST_CASE("where a message is cut does not matter", "[digest]") {
  const std::string message = "a message of some length";
  const auto whole = hmac_sha256("k", message);
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    CHECK(hmac_sha256("k", message.substr(0, cut), message.substr(cut)) == whole);
  }
}

TEST_CASE("threads digest side by side", "[digest]") {
  const auto expected = hmac_sha256("key", "body", "7");
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  threads.reserve(wrong.size());
  for (auto& count : wrong) {
    threads.emplace_back([&count, &expected] {
      for (int i = 0; i < 2000; ++i) {
        static_cast<void>(sha256("other"));
        count += hmac_sha256("key", "body", "7") == expected ? 0 : 1;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4, 0));
}
