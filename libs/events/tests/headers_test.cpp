#include <hookswitch/events/headers.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace hookswitch::events;

namespace {

std::vector<std::string> lines(const Headers& headers) {
  std::vector<std::string> all;
  for (const HeaderView header : headers) {
    all.push_back(std::string(header.name) + "=" + std::string(header.value));
  }
  return all;
}

}  // namespace

TEST_CASE("headers keep their order, and any bytes", "[headers]") {
  Headers headers{{"b", "1"}, {"a", ""}};
  headers.add("", std::string_view("\0\xFF", 2));
  headers.add("b", std::string(300, 'x'));
  CHECK(headers.size() == 4);
  CHECK(lines(headers) == std::vector<std::string>{"b=1", "a=", std::string("=\0\xFF", 3),
                                                   "b=" + std::string(300, 'x')});
  CHECK(headers.find("b") == std::string(300, 'x'));
  CHECK(headers.find("a") == "");
  CHECK_FALSE(headers.find("c").has_value());
  CHECK(lines(Headers{}).empty());
}

TEST_CASE("headers that nobody wants go, the others stay as they were", "[headers]") {
  Headers headers{{"a", "1"}, {"b", "2"}, {"a", "3"}, {"c", "4"}};
  headers.erase_if([](HeaderView header) { return header.name == "a"; });
  CHECK(headers == Headers{{"b", "2"}, {"c", "4"}});
  CHECK(headers.size() == 2);
  headers.erase_if([](HeaderView) { return true; });
  CHECK(headers == Headers{});
}

TEST_CASE("headers come back from their bytes", "[headers]") {
  const Headers headers{{"ce_id", "1"}, {"", ""}, {"x", std::string_view("\0", 1)}};
  CHECK(headers.bytes().substr(0, 14) == std::string("\5\0\0\0ce_id\1\0\0\0"
                                                     "1",
                                                     14));
  CHECK(Headers::of_bytes(headers.bytes()) == headers);
  CHECK(Headers::of_bytes("") == Headers{});
}

TEST_CASE("bytes that are no headers are refused, wherever they end", "[headers]") {
  const std::string whole = Headers{{"ce_id", "1"}, {"ce_type", "t"}}.bytes();
  const std::size_t first = Headers{{"ce_id", "1"}}.bytes().size();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    INFO(size);
    if (size == first) {
      CHECK(Headers::of_bytes(whole.substr(0, size)).size() == 1);
    } else {
      CHECK_THROWS_AS(Headers::of_bytes(whole.substr(0, size)), std::runtime_error);
    }
  }
  CHECK_THROWS_AS(Headers::of_bytes("\xFF\xFF\xFF\xFFx"), std::runtime_error);
}
