#include <hookswitch/http/framing.hpp>

#include <catch2/catch.hpp>

namespace hookswitch::http {
namespace {

using Verdict = std::variant<Accepted, Refused>;

const FramingLimits limits{8192, 64, {"X-Retell-Signature", "X-Cal-Signature-256"}};

Verdict judge(std::string_view head) {
  HeaderFields fields;
  return guard_framing(head, limits, fields);
}

std::string with(std::string_view header_lines, std::string_view first = "GET / HTTP/1.1") {
  return std::string(first).append("\r\nHost: x\r\n").append(header_lines).append("\r\n");
}

struct Case {
  const char* why;
  std::string head;
  unsigned status;
};

void expect_refused(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    INFO(each.why);
    const auto verdict = judge(each.head);
    REQUIRE(std::holds_alternative<Refused>(verdict));
    CHECK(std::get<Refused>(verdict).status == each.status);
    CHECK_FALSE(std::get<Refused>(verdict).reason.empty());
  }
}

Accepted expect_accepted(std::string_view head) {
  const auto verdict = judge(head);
  INFO(head);
  if (const auto* refused = std::get_if<Refused>(&verdict)) FAIL(std::string(refused->reason));
  return std::get<Accepted>(verdict);
}

}  // namespace

TEST_CASE("a body whose length is told in two ways or in a way that readers differ on is refused") {
  const auto post = [](std::string_view lines) { return with(lines, "POST /w HTTP/1.1"); };
  expect_refused({
      {"chunked", post("Transfer-Encoding: chunked\r\n"), 411},
      {"gzip coding", post("Transfer-Encoding: gzip\r\n"), 411},
      {"chunked, then gzip", post("Transfer-Encoding: chunked, gzip\r\n"), 411},
      {"coding and length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
      {"length and coding", post("Content-Length: 5\r\nTransfer-Encoding: gzip\r\n"), 400},
      {"chunked in 1.0", with("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0"), 400},
      {"empty coding", post("Transfer-Encoding:\r\n"), 411},
      {"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
      {"two equal lengths", post("Content-Length: 5\r\ncontent-length: 5\r\n"), 400},
      {"list of lengths", post("Content-Length: 5, 5\r\n"), 400},
      {"empty length", post("Content-Length:\r\n"), 400},
      {"plus", post("Content-Length: +5\r\n"), 400},
      {"minus", post("Content-Length: -5\r\n"), 400},
      {"space inside", post("Content-Length: 1 5\r\n"), 400},
      {"hexadecimal", post("Content-Length: 0x5\r\n"), 400},
      {"leading zero", post("Content-Length: 05\r\n"), 400},
      {"leading garbage", post("Content-Length: a5\r\n"), 400},
      {"vertical tab before it", post("Content-Length: \v5\r\n"), 400},
      {"more than 64 bits", post("Content-Length: 18446744073709551621\r\n"), 413},
      {"no length", post(""), 411},
  });
}

TEST_CASE("a header that must be there once is refused when it is missing, empty or there twice") {
  expect_refused({
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", with("Host: x\r\n"), 400},
      {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"list of Hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
      {"two Content-Types", with("Content-Type: a/b\r\nContent-Type: a/b\r\n"), 400},
      {"empty Content-Type", with("Content-Type: \r\n"), 400},
      {"two signatures", with("X-Retell-Signature: a\r\nx-retell-signature: b\r\n"), 400},
      {"two expectations", with("Expect: 100-continue\r\nExpect: 100-continue\r\n"), 400},
      {"unknown expectation", with("Expect: a-miracle\r\n"), 417},
      {"Connection with a hole", with("Connection: close,,keep-alive\r\n"), 400},
  });
}

TEST_CASE("lines that end or continue in a way that readers differ on are refused") {
  using namespace std::string_literals;
  expect_refused({
      {"folded value", with("X-A: b\r\n c\r\n"), 400},
      {"folded with a tab", with("X-A: b\r\n\tc\r\n"), 400},
      {"space before the first header", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
      {"line feed alone", with("X-A: b\nX-C: d\r\n"), 400},
      {"line feed after the request line", "GET / HTTP/1.1\nHost: x\r\n\r\n", 400},
      {"carriage return alone", with("X-A: b\rX-C: d\r\n"), 400},
      {"two carriage returns", with("X-A: b\r\r\n"), 400},
      {"NUL in a value", with("X-A: b\0c\r\n"s), 400},
      {"escape in a value", with("X-A: \x1b[0m\r\n"), 400},
      {"delete in a value", with("X-A: \x7f\r\n"), 400},
      {"space before the colon", with("Content-Length : 5\r\n"), 400},
      {"no colon", with("X-A\r\n"), 400},
      {"no name", with(": b\r\n"), 400},
      {"NUL in a name", with("X\0A: b\r\n"s), 400},
      {"bracket in a name", with("X(A): b\r\n"), 400},
      {"letter beyond ASCII in a name", with("X-\xc3\xa4: b\r\n"), 400},
      {"empty line first", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"nothing but the end", "\r\n\r\n", 400},
      {"bytes after the end", with("") + "x", 400},
      {"no end", "GET / HTTP/1.1\r\nHost: x\r\n", 400},
  });
}

TEST_CASE("a request line that is not plain HTTP/1 is refused") {
  const auto first = [](std::string_view line) { return with("", line); };
  expect_refused({
      {"absolute-form", first("GET http://x/ HTTP/1.1"), 400},
      {"authority-form", first("GET x:80 HTTP/1.1"), 400},
      {"asterisk-form", first("OPTIONS * HTTP/1.1"), 400},
      {"no target", first("GET  HTTP/1.1"), 400},
      {"two spaces", first("GET /  HTTP/1.1"), 400},
      {"tab", first("GET\t/ HTTP/1.1"), 400},
      {"space in the target", first("GET /a b HTTP/1.1"), 400},
      {"control character in the target", first("GET /\x01 HTTP/1.1"), 400},
      {"fragment in the target", first("GET /#a HTTP/1.1"), 400},
      {"beyond ASCII in the target", first("GET /\xc3\xa4 HTTP/1.1"), 400},
      {"CONNECT", first("CONNECT x:443 HTTP/1.1"), 501},
      {"unknown method", first("BREW / HTTP/1.1"), 501},
      {"method in lower case", first("get / HTTP/1.1"), 400},
      {"odd method", first("G@T / HTTP/1.1"), 400},
      {"HTTP/0.9", first("GET /"), 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\n", 505},
      {"HTTP/1.2", first("GET / HTTP/1.2"), 505},
      {"HTTP/11", first("GET / HTTP/11"), 400},
      {"http/1.1", first("GET / http/1.1"), 400},
      {"space at the end", first("GET / HTTP/1.1 "), 400},
  });
}

TEST_CASE("a header over its limits is refused with 431, one at the limit is taken") {
  const auto padded = [](std::size_t bytes) {
    const std::size_t rest = with("X-A: \r\n").size();
    return with("X-A: " + std::string(bytes - rest, 'a') + "\r\n");
  };
  expect_accepted(padded(8192));
  expect_refused({{"one byte more", padded(8193), 431}});
  std::string fields;
  for (int i = 0; i < 63; ++i) fields += "X-A: b\r\n";
  expect_accepted(with(fields));
  expect_refused({{"65 headers", with(fields + "X-A: b\r\n"), 431}});
}

TEST_CASE("a plain request is taken with its length, target and headers as sent") {
  HeaderFields fields;
  const std::string head =
      with("Content-Length: 4096\r\nX-Note:  f\xc3\xbcr dich\t\r\nX-Empty:\r\n",
           "POST /a/b?c=d?e HTTP/1.1");
  const auto verdict = guard_framing(head, limits, fields);
  REQUIRE(std::holds_alternative<Accepted>(verdict));
  const auto& accepted = std::get<Accepted>(verdict);
  CHECK(accepted.method == "POST");
  CHECK(accepted.path == "/a/b");
  CHECK(accepted.query == "c=d?e");
  CHECK(accepted.content_length == 4096);
  CHECK(accepted.keep_alive);
  CHECK_FALSE(accepted.expect_continue);
  REQUIRE(fields.size() == 4);
  CHECK(fields[2].first == "X-Note");
  CHECK(fields[2].second == "f\xc3\xbcr dich");
  CHECK(fields[3].second.empty());
}

TEST_CASE("the client decides whether the connection stays open") {
  CHECK(expect_accepted(with("")).keep_alive);
  CHECK_FALSE(expect_accepted(with("Connection: close\r\n")).keep_alive);
  CHECK_FALSE(expect_accepted(with("Connection: keep-alive, Close\r\n")).keep_alive);
  CHECK_FALSE(expect_accepted(with("Connection: close\r\nConnection: keep-alive\r\n")).keep_alive);
  CHECK_FALSE(expect_accepted("GET / HTTP/1.0\r\n\r\n").keep_alive);
  CHECK(expect_accepted("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST_CASE("an expectation counts in HTTP/1.1 and an upgrade is not answered") {
  const std::string expects = "Content-Length: 3\r\nExpect: 100-Continue\r\n";
  CHECK(expect_accepted(with(expects, "POST / HTTP/1.1")).expect_continue);
  CHECK_FALSE(expect_accepted(with(expects, "POST / HTTP/1.0")).expect_continue);
  CHECK(
      expect_accepted(with("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n")).keep_alive);
}

TEST_CASE(
    "the end of a head is found, and a head that can only be wrong is refused before its end") {
  const auto find = [](std::string_view bytes) { return find_head(bytes, limits); };
  const std::string head = with("");
  const auto found = find(head + "the body\r\n\r\n");
  REQUIRE(std::holds_alternative<HeadComplete>(found));
  CHECK(std::get<HeadComplete>(found).bytes == head.size());
  for (std::size_t length = 0; length < head.size(); ++length) {
    CHECK(std::holds_alternative<HeadIncomplete>(find(head.substr(0, length))));
  }
  const auto status = [&](std::string_view bytes) {
    const auto verdict = find(bytes);
    return std::holds_alternative<Refused>(verdict) ? std::get<Refused>(verdict).status : 0;
  };
  CHECK(status("GET / HTTP/1.1\n") == 400);
  CHECK(status("GET / HTTP/1.1\r\nHost: x\n\n") == 400);
  CHECK(status("\n") == 400);
  CHECK(status("GET /\r\n") == 400);
  CHECK(status("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 0);  // whole: the guard's to refuse
  CHECK(status("GET / HTTP/3.0\r\n") == 505);
  CHECK(status(std::string(8191, 'a')) == 0);
  CHECK(status(std::string(8192, 'a')) == 431);
  CHECK(status(with("X: " + std::string(9000, 'a') + "\r\n")) == 431);
}

}  // namespace hookswitch::http
