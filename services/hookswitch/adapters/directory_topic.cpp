#include "directory_topic.hpp"

#include "bus.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/telemetry/log.hpp>

namespace hookswitch::cli {

Directory read_directory_topic(const std::string& brokers) {
  Directory directory;
  read_whole_topic(brokers, std::string(events::topics::directory),
                   [&directory](const events::InboundRecord& record) {
                     try {
                       directory.apply(record.key, record.value);
                     } catch (const RejectionError& error) {
                       // One broken entity must not keep the others from being seen.
                       telemetry::log_error("directory.undecodable", {{"error", error.what()}});
                     }
                   });
  return directory;
}

}  // namespace hookswitch::cli
