#include "command.hpp"

#include <hookswitch/kafka/producer.hpp>
#include <hookswitch/kafka/topic_reader.hpp>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace hookswitch::cli::test {
namespace {

using namespace std::chrono_literals;

void redirect(const std::string& path, int flags, int descriptor) {
  const int file = ::open(path.c_str(), flags, 0600);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(126);
}

}  // namespace

std::string content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<std::string> Outcome::lines() const {
  std::vector<std::string> lines;
  std::istringstream stream(out);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Command::Command(const std::vector<std::string>& arguments, const std::string& input,
                 const std::vector<std::string>& variables) {
  const char* build = std::getenv("HOOKSWITCH_BINARY_DIR");
  if (build == nullptr)
    FAIL("HOOKSWITCH_BINARY_DIR is not set: run this through ./dev test component");
  auto pattern = (std::filesystem::temp_directory_path() / "hookswitch-command-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  std::ofstream(folder_ + "/in", std::ios::binary) << input;
  const auto program = std::string(build) + "/bin/hookswitch";
  std::vector<std::string> words{"env", "-i", "PATH=/usr/bin:/bin"};
  words.insert(words.end(), variables.begin(), variables.end());
  words.push_back(program);
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    redirect(folder_ + "/in", O_RDONLY, STDIN_FILENO);
    redirect(folder_ + "/out", O_WRONLY | O_CREAT, STDOUT_FILENO);
    redirect(folder_ + "/err", O_WRONLY | O_CREAT, STDERR_FILENO);
    ::execvp("env", argv.data());
    ::_exit(127);
  }
}

Command::~Command() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::filesystem::remove_all(folder_);
}

std::string Command::out() const { return content_of(folder_ + "/out"); }
std::string Command::err() const { return content_of(folder_ + "/err"); }
void Command::signal(int number) const { ::kill(pid_, number); }

Outcome Command::wait() {
  const auto deadline = std::chrono::steady_clock::now() + 1min;
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) FAIL("the command does not end: " << err());
    std::this_thread::sleep_for(2ms);
  }
  pid_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out(), err()};
}

Outcome hookswitch(const std::vector<std::string>& arguments, const std::string& input,
                   const std::vector<std::string>& variables) {
  auto all = variables;
  all.push_back("HOOKSWITCH_KAFKA=" + test_kafka());
  return Command(arguments, input, all).wait();
}

std::string test_kafka() {
  const char* brokers = std::getenv("HOOKSWITCH_TEST_KAFKA");
  if (brokers == nullptr)
    FAIL("HOOKSWITCH_TEST_KAFKA is not set: run this through ./dev test component");
  return brokers;
}

std::string unique(const std::string& stem) {
  static int count = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch() / 1us;
  return stem + std::to_string(now) + "-" + std::to_string(::getpid()) + "-" +
         std::to_string(++count);
}

void create_topic(const std::string& name, int partitions) {
  kafka::create_topics(test_kafka(), {{name, partitions, {}}}, 1, 10s);
}

void produce(const std::vector<events::OutboundRecord>& records) {
  std::vector<kafka::Delivery> deliveries(records.size(), kafka::Delivery::not_sent);
  kafka::ProducerOptions options;
  options.brokers = test_kafka();
  options.client_id = "cli-component-test";
  kafka::Producer producer(options, [&](std::uint64_t token, kafka::Delivery delivery) {
    deliveries[token] = delivery;
  });
  for (std::size_t index = 0; index < records.size(); ++index) {
    REQUIRE(producer.produce(records[index], index) == kafka::Enqueued::accepted);
  }
  REQUIRE(producer.flush(20s));
  for (const auto delivery : deliveries) REQUIRE(delivery == kafka::Delivery::durable);
}

bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

}  // namespace hookswitch::cli::test
