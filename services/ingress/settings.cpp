#include "settings.hpp"

#include <algorithm>
#include <thread>

namespace hookswitch::ingress {

IngressSettings::IngressSettings()
    : threads(std::max<std::int64_t>(1, std::thread::hardware_concurrency() / 2)) {
  service.admin_port = 8100;
}

void declare(config::Settings& settings, IngressSettings& values) {
  using namespace std::chrono_literals;
  runtime::declare(settings, values.service);
  settings.text("http-address", values.http_address, "Where webhooks are taken");
  settings.integer("http-port", values.http_port, 0, 65'535, "Its port; 0: any free one");
  settings.integer("threads", values.threads, 1, 256, "I/O threads; one for two cores unless set");
  settings.text(
      "workspaces-file", values.workspaces_file,
      "YAML file of workspaces' provider keys, which count instead of the directory's; read "
      "again when it changes");
  settings.text("master-key-file", values.master_key_file,
                "The master keys that open the directory's provider keys; read again when it "
                "changes. This or a workspaces file must be given");
  settings.milliseconds("linger", values.linger, 0ms, 1000ms,
                        "How long a webhook may wait for others to share a Kafka request");
  settings.integer("body-limit", values.body_limit, 1024, std::int64_t{4} * 1024 * 1024,
                   "Bytes of a webhook's body; more: 413");
  settings.integer("in-flight", values.in_flight, 1, 20'000,
                   "Webhooks waiting for Kafka's report at a time; more: 429");
  settings.milliseconds("answer-deadline", values.answer_deadline, 100ms, 9000ms,
                        "How long a sender waits for Kafka before 503");
}

}  // namespace hookswitch::ingress
