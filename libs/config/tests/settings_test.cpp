#include <hookswitch/config/settings.hpp>

#include <catch2/catch.hpp>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

using hookswitch::config::Settings;
using Outcome = Settings::Outcome;

namespace {

/// A service's settings read from these flags and variables, with what it printed.
struct Attempt {
  std::string brokers;
  std::string level = "info";
  std::int64_t threads = 4;
  std::chrono::milliseconds linger{1};
  bool quiet = false;
  std::string key;
  Outcome outcome = Outcome::run;
  std::string out;
  std::string err;

  explicit Attempt(std::vector<const char*> flags,
                   const std::map<std::string, std::string>& variables = {}) {
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
    std::ostringstream out_text;
    std::ostringstream err_text;
    auto* old_out = std::cout.rdbuf(out_text.rdbuf());
    auto* old_err = std::cerr.rdbuf(err_text.rdbuf());
    outcome = read(std::move(flags));
    std::cout.rdbuf(old_out);
    std::cerr.rdbuf(old_err);
    for (const auto& [name, value] : variables) ::unsetenv(name.c_str());
    out = out_text.str();
    err = err_text.str();
  }

 private:
  Outcome read(std::vector<const char*> flags) {
    Settings settings("switchboard", "Connects people.");
    settings.required_text("brokers", brokers, "Where the bus is");
    settings.choice("log-level", level, {"debug", "info"}, "The least level that is logged");
    settings.integer("threads", threads, 1, 64, "How many threads");
    settings.milliseconds("linger", linger, std::chrono::milliseconds{0},
                          std::chrono::milliseconds{1000}, "How long to wait for more");
    settings.boolean("quiet", quiet, "Says less");
    settings.secret("api-key", key, "The provider's key");
    flags.insert(flags.begin(), "switchboard");
    return settings.read(static_cast<int>(flags.size()), flags.data());
  }
};

struct TemporaryFile {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("hookswitch-config-test-" + std::to_string(::getpid()));
  explicit TemporaryFile(const std::string& content) { std::ofstream(path) << content; }
  ~TemporaryFile() { std::filesystem::remove(path); }
};

using Catch::Contains;

}  // namespace

TEST_CASE("a flag wins over its variable, and a variable over the default") {
  const Attempt both({"--brokers", "flag:1", "--linger=20"},
                     {{"HOOKSWITCH_BROKERS", "variable:1"}, {"HOOKSWITCH_THREADS", "8"}});
  CHECK(both.outcome == Outcome::run);
  CHECK(both.brokers == "flag:1");
  CHECK(both.threads == 8);
  CHECK(both.linger == std::chrono::milliseconds{20});
  CHECK(both.level == "info");
}

TEST_CASE("an empty variable counts as unset") {
  const Attempt attempt({}, {{"HOOKSWITCH_BROKERS", "b:1"}, {"HOOKSWITCH_THREADS", ""}});
  CHECK(attempt.outcome == Outcome::run);
  CHECK(attempt.threads == 4);
}

TEST_CASE("variables that the service does not know are none of its business") {
  CHECK(Attempt({"--brokers=b:1"}, {{"HOOKSWITCH_PIDS", "{}"}}).outcome == Outcome::run);
}

TEST_CASE("a boolean is switched on by its flag and off by =false") {
  CHECK(Attempt({"--brokers=b:1", "--quiet"}).quiet);
  CHECK_FALSE(Attempt({"--brokers=b:1", "--quiet=false"}, {{"HOOKSWITCH_QUIET", "true"}}).quiet);
  CHECK(Attempt({"--brokers=b:1"}, {{"HOOKSWITCH_QUIET", "yes"}}).outcome ==
        Outcome::exit_wrong_use);
}

TEST_CASE("everything that is wrong is named at once") {
  const Attempt attempt({"--threads", "65", "--nonsense=5"},
                        {{"HOOKSWITCH_LINGER", "2s"}, {"HOOKSWITCH_LOG_LEVEL", "loud"}});
  CHECK(attempt.outcome == Outcome::exit_wrong_use);
  CHECK(attempt.out.empty());
  CHECK_THAT(attempt.err, Contains("--threads: must be a whole number from 1 to 64, not \"65\""));
  CHECK_THAT(attempt.err, Contains("--nonsense: no such flag"));
  CHECK_THAT(attempt.err, Contains("HOOKSWITCH_LINGER: must be a whole number from 0 to 1000"));
  CHECK_THAT(attempt.err, Contains("HOOKSWITCH_LOG_LEVEL: must be one of debug, info"));
  CHECK_THAT(attempt.err, Contains("--brokers (HOOKSWITCH_BROKERS): must be given"));
}

TEST_CASE("the bounds themselves are allowed, and what lies beside them is not") {
  CHECK(Attempt({"--brokers=b", "--threads=1"}).outcome == Outcome::run);
  CHECK(Attempt({"--brokers=b", "--threads=64"}).outcome == Outcome::run);
  for (const char* wrong : {"--threads=0", "--threads=65", "--threads=", "--threads=1.5",
                            "--threads=99999999999999999999", "--threads= 5"}) {
    CAPTURE(wrong);
    CHECK(Attempt({"--brokers=b", wrong}).outcome == Outcome::exit_wrong_use);
  }
}

TEST_CASE("a flag given twice is refused rather than guessed at") {
  const Attempt attempt({"--brokers=a", "--brokers=b"});
  CHECK(attempt.outcome == Outcome::exit_wrong_use);
  CHECK_THAT(attempt.err, Contains("--brokers: is given more than once"));
}

TEST_CASE("a flag without its value is refused") {
  const Attempt attempt({"--brokers"});
  CHECK(attempt.outcome == Outcome::exit_wrong_use);
  CHECK_THAT(attempt.err, Contains("--brokers"));
}

TEST_CASE("a secret comes from its variable or from a file, without the final newline") {
  CHECK(Attempt({"--brokers=b"}, {{"HOOKSWITCH_API_KEY", "key_one"}}).key == "key_one");
  const TemporaryFile file("key_two\n");
  CHECK(Attempt({"--brokers=b"}, {{"HOOKSWITCH_API_KEY_FILE", file.path.string()}}).key ==
        "key_two");
  const auto flag = "--api-key-file=" + file.path.string();
  CHECK(Attempt({"--brokers=b", flag.c_str()}, {{"HOOKSWITCH_API_KEY", "key_one"}}).key ==
        "key_two");
}

TEST_CASE("a secret that cannot be had is refused without being shown") {
  CHECK_THAT(Attempt({"--brokers=b", "--api-key-file=/nonexistent/key"}).err,
             Contains("--api-key-file: the file /nonexistent/key cannot be read"));
  const TemporaryFile empty("\n");
  CHECK_THAT(Attempt({"--brokers=b"}, {{"HOOKSWITCH_API_KEY_FILE", empty.path.string()}}).err,
             Contains("is empty"));
  const Attempt both({"--brokers=b"},
                     {{"HOOKSWITCH_API_KEY", "key_one"}, {"HOOKSWITCH_API_KEY_FILE", "x"}});
  CHECK(both.outcome == Outcome::exit_wrong_use);
  CHECK_THAT(both.err, Contains("only one of them") && !Contains("key_one"));
}

TEST_CASE("a secret given as a flag's value is refused and not echoed") {
  const Attempt attempt({"--brokers=b", "--api-key", "key_one", "--api-key=key_two"});
  CHECK(attempt.outcome == Outcome::exit_wrong_use);
  CHECK_THAT(attempt.err, Contains("--api-key: no such flag") && !Contains("key_one"));
  CHECK_THAT(attempt.err, !Contains("key_two"));
}

TEST_CASE("--help lists flag, variable, default and sentence, whatever else is wrong") {
  const Attempt attempt({"--help", "--threads=0"});
  CHECK(attempt.outcome == Outcome::exit_good);
  CHECK(attempt.err.empty());
  CHECK_THAT(attempt.out, Contains("Connects people."));
  CHECK_THAT(attempt.out, Contains("--threads INTEGER") &&
                              Contains("How many threads (HOOKSWITCH_THREADS, default: 4)"));
  CHECK_THAT(attempt.out, Contains("--api-key-file") &&
                              Contains("(HOOKSWITCH_API_KEY or HOOKSWITCH_API_KEY_FILE)"));
  CHECK_THAT(attempt.out, Contains("--log-level debug|info"));
}

TEST_CASE("--version prints the name and the version") {
  const Attempt attempt({"--version"});
  CHECK(attempt.outcome == Outcome::exit_good);
  CHECK_THAT(attempt.out, Catch::Matches("switchboard [0-9]+\\.[0-9]+\\.[0-9]+(\\+[0-9a-f]+)?\n"));
}

TEST_CASE("--print-settings shows what is in force, and never a secret") {
  const Attempt attempt({"--print-settings", "--brokers=b:1"},
                        {{"HOOKSWITCH_API_KEY", "key_one"}, {"HOOKSWITCH_THREADS", "9"}});
  CHECK(attempt.outcome == Outcome::exit_good);
  CHECK_THAT(attempt.out,
             Contains("HOOKSWITCH_BROKERS=b:1\n") && Contains("HOOKSWITCH_THREADS=9\n"));
  CHECK_THAT(attempt.out, Contains("HOOKSWITCH_API_KEY=(secret)\n") && !Contains("key_one"));
}
