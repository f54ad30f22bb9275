#include "directory_bus.hpp"

#include "bus.hpp"

#include <hookswitch/core/time.hpp>
#include <hookswitch/core/uuid.hpp>
#include <hookswitch/events/cloud_event.hpp>
#include <hookswitch/events/topics.hpp>
#include <hookswitch/http/client.hpp>
#include <hookswitch/json/document.hpp>
#include <hookswitch/kafka/consumer.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <thread>

namespace hookswitch::cli {
namespace {

const std::string directory_topic(events::topics::directory);

events::OutboundRecord record_of(const Change& change, TimePoint now) {
  events::Envelope envelope;
  // State may come back to what it was, so the time is part of the name.
  envelope.id =
      uuid_v5(hookswitch_namespace, change.key + '\n' + format_rfc3339(now) + '\n' + change.value);
  envelope.source = "hookswitch/cli";
  envelope.type = change.type;
  envelope.time = now;
  envelope.subject = change.key;
  envelope.content_type = "application/protobuf";
  return {directory_topic, change.key, change.value, events::to_headers(envelope)};
}

/// Why a service does not have the directory up to `offset` yet; empty when it has, or keeps no
/// copy.
std::string lack_of(const std::string& admin_url, std::int64_t offset) {
  const auto answer = http::get(admin_url + "/healthz/ready", {}, std::chrono::milliseconds{1000});
  if (!answer) return answer.error().message;
  const auto document = json::Document::parse(answer->body);
  if (!document) return "its readiness is not JSON";
  const auto progress = document->root()["progress"]["directory_offset"].integer();
  if (!progress) return answer->status == 200 ? "" : "is not ready";
  return *progress >= offset
             ? ""
             : "has offset " + std::to_string(*progress) + " of " + std::to_string(offset);
}

}  // namespace

Directory read_directory(const std::string& brokers) {
  Directory directory;
  read_whole_topic(brokers, directory_topic, [&directory](const events::InboundRecord& record) {
    try {
      directory.apply(record.key, record.value);
    } catch (const RejectionError& error) {
      // One broken entity must not keep the others from being seen or changed; declaring it again
      // mends it.
      telemetry::log_error("directory.undecodable", {{"error", error.what()}});
    }
  });
  return directory;
}

void write_changes(const std::string& brokers, const std::vector<Change>& changes) {
  std::vector<events::OutboundRecord> records;
  const auto now = SystemClock().now();
  for (const auto& change : changes) {
    if (change.kind != Change::Kind::unchanged) records.push_back(record_of(change, now));
  }
  if (records.empty()) return;
  for (const bool durable : write_records(brokers, records)) {
    if (!durable) throw kafka::Unavailable("not every change was confirmed; apply the file again");
  }
}

std::vector<std::string> await_directory(const std::vector<std::string>& admin_urls,
                                         std::int64_t offset, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (true) {
    std::vector<std::string> lacking;
    for (const auto& url : admin_urls) {
      const auto lack = lack_of(url, offset);
      if (!lack.empty()) lacking.push_back(url + ": " + lack);
    }
    if (lacking.empty() || std::chrono::steady_clock::now() >= until) return lacking;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

}  // namespace hookswitch::cli
