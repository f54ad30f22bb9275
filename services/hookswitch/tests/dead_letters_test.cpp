#include "dead_letters/dead_letters.hpp"

#include <hookswitch/messaging/dead_letter.hpp>

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::cli;

namespace {

const std::string dlq = "hookswitch.webhooks.retell.v1.call-processing.dlq";

const std::string first_failed_at = "2026-11-23T08:00:00.000Z";

/// A dead-letter topic as it grows.
struct Topic {
  DeadLetters letters;
  std::int64_t next = 0;

  void put(const events::OutboundRecord& record) {
    letters.add(events::make_inbound(record, 0, next++));
  }
  void die(const std::string& id, const std::string& reason = "refused") {
    events::Headers headers{{"ce_type", "t"},       {"dlq_reason", reason},
                            {"dlq_error", "why"},   {"dlq_topic", "original"},
                            {"dlq_partition", "7"}, {"dlq_offset", "99"},
                            {"dlq_attempts", "3"},  {"dlq_first_failed_at", first_failed_at}};
    if (!id.empty()) headers.add("ce_id", id);
    put({dlq, "call_1", "body", headers});
  }
  std::vector<std::string> open_ids() const {
    std::vector<std::string> ids;
    for (const auto& letter : letters.open()) ids.push_back(letter.id);
    return ids;
  }
  void close(const std::string& id, std::string_view action) {
    for (const auto& letter : letters.open()) {
      if (letter.id != id) continue;
      for (const auto& marker : markers_of(letter, action)) put(marker);
    }
  }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("what died is listed with its topic, its service and its cause") {
  Topic topic;
  topic.die("a", "crashed");
  const auto letters = topic.letters.open();
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].id == "a");
  CHECK(letters[0].topic == "hookswitch.webhooks.retell.v1");
  CHECK(letters[0].service == "call-processing");
  CHECK(letters[0].header("dlq_reason") == "crashed");
}

TEST_CASE("what was replayed or discarded is not listed again, the rest is") {
  Topic topic;
  topic.die("a");
  topic.die("b");
  topic.die("c");
  topic.close("a", "replayed");
  topic.close("b", "discarded");
  CHECK(topic.open_ids() == Ids{"c"});
}

TEST_CASE("what dies again after a replay is listed again") {
  Topic topic;
  topic.die("a");
  topic.close("a", "replayed");
  topic.die("a");
  CHECK(topic.open_ids() == Ids{"a"});
  topic.close("a", "replayed");
  CHECK(topic.open_ids().empty());
}

TEST_CASE("several records of one message are one dead letter, and closed together") {
  Topic topic;
  topic.die("a");
  topic.die("a");
  REQUIRE(topic.open_ids() == Ids{"a"});
  CHECK(topic.letters.open()[0].places.size() == 2);
  CHECK(topic.letters.open()[0].place.offset == 1);
  topic.close("a", "replayed");
  CHECK(topic.open_ids().empty());
}

TEST_CASE("a dead letter without an id is known by its place") {
  Topic topic;
  topic.die("");
  CHECK(topic.open_ids() == Ids{dlq + "/0/0"});
  topic.close(dlq + "/0/0", "discarded");
  CHECK(topic.open_ids().empty());
}

TEST_CASE("a replay goes to the service's own retry topic as the message first was") {
  Topic topic;
  topic.die("a");
  const auto record = replay_of(topic.letters.open()[0]);
  CHECK(record.topic == "hookswitch.webhooks.retell.v1.call-processing.retry");
  CHECK(record.key == "call_1");
  CHECK(record.value == "body");
  CHECK(record.headers == events::Headers{{"ce_type", "t"},
                                          {"dlq_topic", "original"},
                                          {"dlq_partition", "7"},
                                          {"dlq_offset", "99"},
                                          {"dlq_first_failed_at", first_failed_at},
                                          {"ce_id", "a"}});
}

TEST_CASE("a replayed message is known by the place where it first was, also if it dies again") {
  const std::string raw = "hookswitch.webhooks.retell.v1";
  const std::string service = "call-processing";
  const auto noon = from_epoch_ms(1'795'000'000'000);
  const auto first = events::make_inbound({raw, "call_1", "body", {{"ce_id", "a"}}}, 4, 17);
  const auto origin = messaging::origin_of(first, service);
  Topic topic;
  topic.put(messaging::dead_letter(first, origin, service, "1", {"failed", "why", 3, noon}));
  const auto replayed = events::make_inbound(replay_of(topic.letters.open().at(0)), 0, 2);
  const auto found = messaging::origin_of(replayed, service);
  CHECK(found.known);
  CHECK(found.topic == raw);
  CHECK(found.partition == 4);
  CHECK(found.offset == 17);
  topic.put(messaging::dead_letter(replayed, found, service, "2",
                                   {"failed", "why", 3, noon + Milliseconds{60'000}}));
  const auto again = topic.letters.open().at(0);
  CHECK(again.header("dlq_partition") == "4");
  CHECK(again.header("dlq_offset") == "17");
  CHECK(again.header("dlq_first_failed_at") == format_rfc3339(noon));
}

TEST_CASE("dead letters can be chosen by id, topic, service and cause") {
  Topic topic;
  topic.die("a", "failed");
  const auto letter = topic.letters.open()[0];
  CHECK(DeadLetterChoice{}.covers(letter));
  CHECK(DeadLetterChoice{{"a", "b"}, "hookswitch.webhooks.retell.v1", "call-processing", "failed"}
            .covers(letter));
  CHECK(DeadLetterChoice{{}, dlq, "", ""}.covers(letter));
  CHECK_FALSE(DeadLetterChoice{{"b"}, "", "", ""}.covers(letter));
  CHECK_FALSE(DeadLetterChoice{{}, "other", "", ""}.covers(letter));
  CHECK_FALSE(DeadLetterChoice{{}, "", "booking", ""}.covers(letter));
  CHECK_FALSE(DeadLetterChoice{{}, "", "", "crashed"}.covers(letter));
}
