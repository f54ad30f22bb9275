#include "texts.hpp"

namespace hookswitch::json::tests {
namespace {

std::string repeated(const std::string& part, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += part;
  return all;
}

std::string nested(std::size_t depth) { return repeated("[", depth) + repeated("]", depth); }

void add(std::vector<Text>& all, const std::string& code, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) all.push_back({text, code});
}

void add_good(std::vector<Text>& all) {
  add(all, "",
      {"{}",
       "[]",
       "null",
       "true",
       "false",
       "0",
       "-0",
       "\"\"",
       " \t\r\n{} \t\r\n",
       "1.0",
       "5e0",
       "9223372036854775807",
       "-9223372036854775808",
       "18446744073709551616",
       R"({"a":1,"a":2})",
       R"({"":{"":0}})",
       R"("\u0000")",
       "\"\\u0000x\"",
       R"("\ud83d\ude00")",
       R"("\uD83D\uDE00")",
       R"("\"\\\/\b\f\n\r\t")",
       "\"J\xC3\xBCrgensen\"",
       "\"\xF0\x9F\x91\x8D\"",
       "\"\xEF\xBB\xBF\"",
       "\"\x7F\"",
       nested(64),
       R"({"a":[1,{"b":[true,null,"x"]}]})"});
}

void add_numbers_beyond_a_double(std::vector<Text>& all) {
  const std::string digits400 = "1" + repeated("0", 400);
  add(all, "",  // numbers beyond a double
      {"1e400", "-1E+400", "1e-400", "[1e400,1e400,{\"a\":1e999}]", digits400, "-" + digits400,
       "[" + digits400 + ",\"1e400\"]", digits400 + ".5e-3", "1e99999999999999999999",
       "1e-99999999999999999999", R"({"a\"1e400":"\\","b":1e400})", "0.000e999", "[0,1e309 , 2]"});
}

void add_not_json(std::vector<Text>& all) {
  add(all, "not_json",
      {"",
       " ",
       "{",
       "[",
       "}",
       "]",
       "[1",
       "[1,",
       "[1,]",
       "{\"a\"",
       "{\"a\":",
       "{\"a\":1",
       "{\"a\":1,}",
       "{,}",
       "{a:1}",
       "{'a':1}",
       "{1:1}",
       "{1e400:1}",
       "{\"b\":1e400,1e400:1}",
       "[1e400",
       "1e400x",
       "1e400 1e400",
       "[01e400]",
       "-",
       "+1",
       ".5",
       "1.",
       "01",
       "1e",
       "1e+",
       "0x1",
       "1e400e",
       "NaN",
       "Infinity",
       "-Infinity",
       "[NaN]",
       "nul",
       "nulll",
       "tru",
       "True",
       "undefined",
       "//",
       "/**/1",
       "{} x",
       "{}{}",
       "[]]",
       "1 2",
       "\"",
       "\"abc",
       "\"\n\"",
       "\"\t\"",
       "\"\\x\"",
       "\"\\u12\"",
       "\"\\u12g4\"",
       "\"\\",
       "\xEF\xBB\xBF{}",
       std::string("{}\0", 3),
       std::string("{\"a\0b\":1}", 9),
       std::string("\0{}", 3),
       std::string("[1\0]", 4),
       std::string("{}\0garbage", 10)});
}

void add_not_utf8(std::vector<Text>& all) {
  add(all, "not_utf8",
      {R"("\udc00")",
       R"("\ud800")",
       R"("\ud800x")",
       R"("\ud800\u0041")",
       R"("\ud83d\ud83d")",
       R"("x\uDFFFx")",
       R"({"\udc00":1})",
       R"(["\ud83d\ude00","\ude00\ud83d\ude00"])",
       "\"\x80\"",
       "\"\xC0\x80\"",
       "\"\xC1\xBF\"",
       "\"\xE0\x80\x80\"",
       "\"\xED\xA0\x80\"",
       "\"\xED\xBF\xBF\"",
       "\"\xF0\x80\x80\x80\"",
       "\"\xF4\x90\x80\x80\"",
       "\"\xF5\x80\x80\x80\"",
       "\"\xFF\"",
       "\"\xC3\"",
       "\"\xE2\x82\"",
       "\"\xF0\x9F\x91\"",
       "{\"\xFF\":1}",
       "\xFF",
       "{}\xFF",
       repeated(" ", 40) + "\xFE"});
}

void add_too_deep(std::vector<Text>& all) {
  add(all, "too_deep",
      {nested(65), repeated("[", 200'000), repeated("{\"a\":", 200'000), repeated("[{\"a\":", 40)});
}

void add_too_many_members(std::vector<Text>& all) {
  add(all, "too_many_members",
      {"[" + repeated("0,", 200'000) + "0]", "[" + repeated("[],", 200'000) + "[]]"});
}

}  // namespace

std::vector<Text> texts() {
  std::vector<Text> all;
  add_good(all);
  add_numbers_beyond_a_double(all);
  add_not_json(all);
  add_not_utf8(all);
  add_too_deep(all);
  add_too_many_members(all);
  all.push_back({"[" + repeated("0,", 199'999) + "0]", ""});
  all.push_back({"\"" + std::string(std::size_t{4} * 1024 * 1024 - 2, 'x') + "\"", ""});
  all.push_back({"\"" + std::string(std::size_t{4} * 1024 * 1024 - 1, 'x') + "\"", "too_large"});
  return all;
}

}  // namespace hookswitch::json::tests
