// Answers lines of JSON with what libs/signing says. See compare.py for the protocol.
#include <hookswitch/core/time.hpp>
#include <hookswitch/json/document.hpp>
#include <hookswitch/json/writer.hpp>
#include <hookswitch/signing/retell.hpp>

#include <vectors.hpp>

#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace hookswitch;

using signing::tests::from_base64;

std::string answer(const std::string& line) {
  const auto question = json::Document::parse(line, {.bytes_max = 64 * 1024 * 1024}).value();
  const json::Value root = question.root();
  const std::string body = from_base64(root["body_base64"].string().value());
  const std::vector<std::string> keys{std::string(root["key"].string().value())};
  const std::string_view what = root["do"].string().value();
  const TimePoint now = what.ends_with("_now") ? SystemClock().now()
                                               : from_epoch_ms(root["now_ms"].integer().value());
  json::Writer writer;
  writer.begin_object();
  if (what.starts_with("sign")) {
    writer.key("header").string(signing::retell::sign(body, keys.front(), now));
  } else {
    const auto verdict = signing::retell::verify(body, root["header"].string().value(), keys, now);
    // Ingress takes a body only when it is UTF-8 as well.
    const bool accepts = verdict == signing::retell::Verdict::genuine && json::is_utf8(body);
    writer.key("accepts").boolean(accepts);
    writer.key("error").string(signing::retell::to_string(verdict));
  }
  return writer.end_object().take();
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::string line;
  try {
    while (std::getline(std::cin, line)) std::cout << answer(line) << '\n';
  } catch (const std::exception& error) {
    std::cerr << "retell_verdicts: " << error.what() << '\n';
    return 2;
  }
  return 0;
}
