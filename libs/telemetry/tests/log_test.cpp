#include <hookswitch/json/document.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <limits>
#include <sstream>
#include <thread>

using namespace hookswitch::telemetry;
namespace json = hookswitch::json;

namespace {

/// What `write` puts on stderr, line by line.
std::vector<std::string> lines_of(const std::function<void()>& write) {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  std::fflush(stderr);
  const int before = ::dup(STDERR_FILENO);
  ::dup2(::fileno(file), STDERR_FILENO);
  write();
  std::fflush(stderr);
  ::dup2(before, STDERR_FILENO);
  ::close(before);
  std::rewind(file);
  std::string text;
  char buffer[4096];
  while (const auto count = std::fread(buffer, 1, sizeof buffer, file)) text.append(buffer, count);
  std::fclose(file);
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string text_at(const std::string& line, std::string_view name) {
  const auto document = json::Document::parse(line);
  REQUIRE(document.has_value());
  return std::string(document->root()[name].string().value());
}

}  // namespace

TEST_CASE(
    "a log line is one JSON object with time, level, event, service, instance and its fields") {
  start_logging("ingress", "3", Level::info);
  const auto lines = lines_of([] {
    log_warning("webhook.parked", {{"provider", "retell"},
                                   {"bytes", std::size_t{4096}},
                                   {"seconds", 0.25},
                                   {"repeat", true},
                                   {"lag", -1}});
  });
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0],
             Catch::Matches("\\{\"ts\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]"
                            "{2}\\.[0-9]{3}Z\",\"level\":\"warning\",\"event\":\"webhook\\."
                            "parked\",\"service\":\"ingress\",\"instance\":\"3\","
                            "\"provider\":\"retell\",\"bytes\":4096,\"seconds\":0.25,"
                            "\"repeat\":true,\"lag\":-1\\}"));
}

TEST_CASE("whatever a field holds, the line stays one valid JSON line") {
  start_logging("ingress", "0", Level::info);
  const std::string nasty = "a\"b\\c\nd\te\x01\x7f{} %v Ä";
  const auto lines = lines_of([&] {
    log_info(
        "odd",
        {{"text", nasty}, {"na\"me", "x"}, {"infinite", std::numeric_limits<double>::infinity()}});
  });
  REQUIRE(lines.size() == 1);
  CHECK(text_at(lines[0], "text") == nasty);
  CHECK(text_at(lines[0], "na\"me") == "x");
  CHECK_THAT(lines[0], Catch::Contains("\"infinite\":null"));
}

TEST_CASE("bytes that are not UTF-8 are replaced, so that the line stays readable") {
  const std::string cases[] = {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"};
  for (const auto& bytes : cases) {
    const auto lines = lines_of([&] { log_info("odd", {{"text", "<" + bytes + ">"}}); });
    REQUIRE(lines.size() == 1);
    const auto text = text_at(lines[0], "text");
    CHECK_THAT(text, Catch::StartsWith("<\xEF\xBF\xBD") && Catch::EndsWith(">"));
  }
}

TEST_CASE("levels below the least are dropped") {
  start_logging("ingress", "0", Level::warning);
  const auto lines = lines_of([] {
    log(Level::debug, "one");
    log_info("two");
    log_warning("three");
    log_error("four");
  });
  REQUIRE(lines.size() == 2);
  CHECK(text_at(lines[0], "event") == "three");
  CHECK(text_at(lines[1], "event") == "four");
  CHECK_FALSE(logs(Level::info));
  CHECK(level_from("warning") == Level::warning);
  CHECK_FALSE(level_from("loud").has_value());
}

TEST_CASE("lines of several threads do not mix") {
  start_logging("ingress", "0", Level::info);
  const auto lines = lines_of([] {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([] {
        for (int line = 0; line < 200; ++line) log_info("busy", {{"text", std::string(300, 'x')}});
      });
    }
    for (auto& thread : threads) thread.join();
  });
  REQUIRE(lines.size() == 800);
  for (const auto& line : lines) CHECK(text_at(line, "text").size() == 300);
}
