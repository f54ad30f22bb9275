#include "vectors.hpp"

#include <hookswitch/json/document.hpp>
#include <hookswitch/signing/calcom.hpp>
#include <hookswitch/signing/retell.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <random>
#include <string>
#include <vector>

using namespace hookswitch;
using namespace hookswitch::signing;

namespace {

struct Signed {
  std::string body;
  std::string header;
  std::string key;
  TimePoint now;
};

/// The vectors of a file that we accept as they are.
template <class Accepts>
std::vector<Signed> genuine_of(const std::string& file, const std::string& key_name,
                               const Accepts& accepts) {
  const std::string text = tests::vector_file(file);
  const auto document = json::Document::parse(text).value();
  std::vector<Signed> all;
  for (const json::Value& vector : document.root()["vectors"].elements()) {
    Signed one;
    one.body = tests::from_base64(vector["body_base64"].string().value());
    one.header = vector["header"].string().value();
    one.key = vector[key_name].string().value();
    const auto now_ms = vector["now_ms"].integer();  // Cal.com signs no time
    one.now = from_epoch_ms(now_ms ? *now_ms : 0);
    if (accepts(one)) all.push_back(std::move(one));
  }
  return all;
}

class Mutations {
 public:
  explicit Mutations(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % std::max<std::size_t>(bound, 1); }

  /// One to three changes: bytes flipped, put in, taken out, doubled, cut off, or of another text.
  void change(std::string& text, const std::string& other) {
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = below(text.size() + 1);
      switch (below(7)) {
        case 0:
          if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
          break;
        case 1:
          text.insert(at, 1, telling_[below(telling_.size())]);
          break;
        case 2:
          text.erase(at, 1 + below(4));
          break;
        case 3:
          text.insert(at, text.substr(at, below(16)));
          break;
        case 4:
          text.resize(at);
          break;
        case 5:
          if (at < text.size()) text[at] = telling_[below(telling_.size())];
          break;
        default:
          text = text.substr(0, at) + other.substr(std::min(other.size(), at));
          break;
      }
    }
  }

 private:
  std::mt19937 random_;
  std::string telling_ = std::string("0159afAF,;=vd {}\"\t\r\n\0\x7f\xc3\xff", 24);
};

/// What says the same: leading zeros of the timestamp are no part of what is signed (contracts §1).
std::string without_leading_zeros(std::string header) {
  if (!header.starts_with("v=")) return header;
  while (header.size() > 3 && header[2] == '0' &&
         std::isdigit(static_cast<unsigned char>(header[3])) != 0)
    header.erase(2, 1);
  return header;
}

/// 100,000 changed copies of `genuine`, none of which is accepted unless it says the same.
template <class Accepts>
void expect_no_forgery(const std::vector<Signed>& genuine, const Accepts& accepts) {
  REQUIRE(genuine.size() >= 3);
  Mutations mutations(20261126);
  std::size_t tried = 0;
  while (tried < 100'000) {
    const Signed& original = genuine[mutations.below(genuine.size())];
    const Signed& other = genuine[mutations.below(genuine.size())];
    Signed changed = original;
    const std::size_t which = mutations.below(3);
    if (which != 0) mutations.change(changed.header, other.header);
    if (which != 1) mutations.change(changed.body, other.body);
    if (changed.body == original.body &&
        without_leading_zeros(changed.header) == without_leading_zeros(original.header))
      continue;
    ++tried;
    if (!accepts(changed)) continue;
    // Another vector's signature of the very same body under the same key is no forgery.
    const bool signed_by_owner =
        std::any_of(genuine.begin(), genuine.end(), [&](const Signed& one) {
          return one.key == changed.key && one.body == changed.body &&
                 without_leading_zeros(one.header) == without_leading_zeros(changed.header);
        });
    INFO("header " << changed.header << "\nbody " << changed.body);
    REQUIRE(signed_by_owner);
  }
}

}  // namespace

TEST_CASE("no change of a signed Retell webhook is accepted", "[retell]") {
  const auto accepts = [](const Signed& one) {
    const std::vector<std::string> keys{one.key};
    return retell::verify(one.body, one.header, keys, one.now) == retell::Verdict::genuine;
  };
  expect_no_forgery(genuine_of("retell-signature.json", "api_key", accepts), accepts);
}

TEST_CASE("no change of a signed Cal.com webhook is accepted", "[calcom]") {
  const auto accepts = [](const Signed& one) {
    const std::vector<std::string> secrets{one.key};
    return calcom::verify(one.body, one.header, secrets) == calcom::Verdict::genuine;
  };
  expect_no_forgery(genuine_of("calcom-signature.json", "secret", accepts), accepts);
}
