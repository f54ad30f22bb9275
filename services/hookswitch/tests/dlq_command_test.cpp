#include "command.hpp"

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::cli::test;

namespace {

/// A topic of its own with one consumer's dead-letter and retry topics.
struct DeadLetterTopic {
  std::string topic = unique("dlq-test-") + ".v1";
  std::string dlq = topic + ".call-processing.dlq";
  std::string retry = topic + ".call-processing.retry";

  DeadLetterTopic() {
    create_topic(dlq);
    create_topic(retry);
  }
  void die(const std::string& id, const std::string& reason) const {
    produce({{dlq,
              "call_1",
              "{\"call\":1}",
              {{"ce_id", id},
               {"content-type", "application/json"},
               {"dlq_reason", reason},
               {"dlq_error", "missing_field: /call/call_id"},
               {"dlq_topic", topic},
               {"dlq_partition", "4"},
               {"dlq_offset", "17"},
               {"dlq_attempts", "1"}}}});
  }
  [[nodiscard]] Outcome dlq_command(std::vector<std::string> words) const {
    words.insert(words.begin(), "dlq");
    words.insert(words.end(), {"--topic", topic});
    return cli::test::hookswitch(words);
  }
  /// The ids that `dlq list` shows.
  [[nodiscard]] std::vector<std::string> listed() const {
    std::vector<std::string> ids;
    for (const auto& line : dlq_command({"list", "--json"}).lines()) {
      const auto document = json::Document::parse(line);
      ids.emplace_back(document->root()["id"].string().value());
    }
    return ids;
  }
  [[nodiscard]] std::vector<std::string> retried() const {
    return cli::test::hookswitch({"tail", retry, "--from-beginning", "--until-end"}).lines();
  }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "a dead letter is listed with its cause, shown whole, replayed to its service, and then gone") {
  const DeadLetterTopic topic;
  topic.die("id-1", "refused");
  CHECK(topic.listed() == Ids{"id-1"});
  CHECK_THAT(topic.dlq_command({"list"}).out,
             Catch::Contains("refused") && Catch::Contains("missing_field: /call/call_id"));
  CHECK_THAT(topic.dlq_command({"show", "id-1"}).out,
             Catch::Contains("\"dlq_offset\":\"17\"") && Catch::Contains("\"data\":{\"call\":1}"));
  const auto replay = topic.dlq_command({"replay", "id-1"});
  CHECK(replay.exit_code == 0);
  CHECK_THAT(replay.out, Catch::Contains("replayed id-1 to " + topic.retry));
  CHECK(topic.listed().empty());
  const auto retried = topic.retried();
  REQUIRE(retried.size() == 1);
  CHECK_THAT(
      retried[0],
      Catch::Contains(
          "\"key\":\"call_1\",\"headers\":{\"ce_id\":\"id-1\",\"content-type\":"
          "\"application/json\",\"dlq_offset\":\"17\",\"dlq_partition\":\"4\",\"dlq_topic\":\"" +
          topic.topic + "\"},\"data\":{\"call\":1}}"));
}

TEST_CASE("what dies again after a replay is listed again") {
  const DeadLetterTopic topic;
  topic.die("id-1", "failed");
  CHECK(topic.dlq_command({"replay", "--all"}).exit_code == 0);
  topic.die("id-1", "failed");
  CHECK(topic.listed() == Ids{"id-1"});
}

TEST_CASE("dead letters are replayed by cause, and the others stay") {
  const DeadLetterTopic topic;
  topic.die("id-1", "failed");
  topic.die("id-2", "crashed");
  CHECK(topic.dlq_command({"replay", "--reason", "crashed"}).exit_code == 0);
  CHECK(topic.listed() == Ids{"id-1"});
  CHECK(topic.retried().size() == 1);
}

TEST_CASE("a discarded dead letter is gone and not replayed") {
  const DeadLetterTopic topic;
  topic.die("id-1", "failed");
  topic.die("id-2", "failed");
  CHECK(topic.dlq_command({"discard", "id-1"}).exit_code == 0);
  CHECK(topic.listed() == Ids{"id-2"});
  CHECK(topic.dlq_command({"discard", "--all"}).exit_code == 2);
  CHECK(topic.listed() == Ids{"id-2"});
  CHECK(topic.dlq_command({"discard", "--all", "--yes"}).exit_code == 0);
  CHECK(topic.listed().empty());
  CHECK(topic.retried().empty());
}

TEST_CASE(
    "an id that is no open dead letter is answered with no, and nothing chosen is wrong use") {
  const DeadLetterTopic topic;
  CHECK(topic.dlq_command({"show", "nobody"}).exit_code == 1);
  CHECK(topic.dlq_command({"replay", "nobody"}).exit_code == 1);
  CHECK(topic.dlq_command({"discard", "nobody"}).exit_code == 1);
  CHECK(topic.dlq_command({"replay"}).exit_code == 2);
  CHECK(topic.dlq_command({"discard"}).exit_code == 2);
  CHECK(topic.dlq_command({"replay", "--all"}).exit_code == 0);
}
