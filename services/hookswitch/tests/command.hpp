#pragma once
#include <hookswitch/events/record.hpp>
#include <hookswitch/json/document.hpp>

#include <string>
#include <vector>

/// Runs the built `hookswitch` as a user does, beside a real Kafka.
namespace hookswitch::cli::test {

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
  [[nodiscard]] std::vector<std::string> lines() const;
};

/// The command while it runs.
class Command {
 public:
  Command(const std::vector<std::string>& arguments, const std::string& input,
          const std::vector<std::string>& variables);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  void signal(int number) const;
  /// Waits until it has ended (at most a minute, then it is killed).
  Outcome wait();

 private:
  std::string folder_;
  int pid_ = -1;
};

/// Runs it to its end, with HOOKSWITCH_KAFKA set to the test's Kafka and further NAME=VALUE
/// variables.
Outcome hookswitch(const std::vector<std::string>& arguments, const std::string& input = {},
                   const std::vector<std::string>& variables = {});

/// The bytes of a file; none when it is not there.
std::string content_of(const std::string& path);
/// HOOKSWITCH_TEST_KAFKA; fails the test when it is not set.
std::string test_kafka();
/// A name that no other test run uses.
std::string unique(const std::string& stem);
void create_topic(const std::string& name, int partitions = 1);
void produce(const std::vector<events::OutboundRecord>& records);
/// Polls until it holds; false after 20 seconds.
bool comes_true(const std::function<bool()>& condition);

}  // namespace hookswitch::cli::test
