#include "composition.hpp"

#include "accept_calcom_webhook.hpp"
#include "accept_retell_webhook.hpp"
#include "routes.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/runtime/time_slice.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <cstdio>
#include <string>
#include <utility>

namespace hookswitch::ingress {
namespace {

using namespace std::chrono_literals;

constexpr auto drain_patience = 5000ms;
constexpr std::size_t headers_bytes_max = 65'536;  ///< what a record may have beside its body

std::string client_id(const IngressSettings& settings) {
  return "ingress-" + settings.service.instance;
}

kafka::ProducerOptions producer_options(const IngressSettings& settings) {
  kafka::ProducerOptions options;
  options.brokers = settings.service.kafka;
  options.client_id = client_id(settings);
  options.linger = settings.linger;
  options.requests_in_flight_max = 5;  // webhooks come in any order anyway
  options.message_bytes_max = static_cast<std::size_t>(settings.body_limit) + headers_bytes_max;
  return options;
}

http::ServerOptions server_options(const IngressSettings& settings) {
  http::ServerOptions options;
  options.address = settings.http_address;
  options.port = static_cast<std::uint16_t>(settings.http_port);
  options.threads = static_cast<std::size_t>(settings.threads);
  options.single_headers = {"x-retell-signature", "x-cal-signature-256"};
  return options;
}

}  // namespace

Ingress::Ingress(IngressSettings settings, Surroundings surroundings)
    : settings_(std::move(settings)),
      surroundings_(surroundings),
      retell_probe_(Provider::retell, surroundings.registry),
      calcom_probe_(Provider::calcom, surroundings.registry),
      keys_(!settings_.workspaces_file.empty(), !settings_.master_key_file.empty(),
            surroundings.health, surroundings.registry),
      workspaces_(
          settings_.workspaces_file, [this](KeyRing keys) { keys_.file_says(std::move(keys)); },
          surroundings.registry),
      master_keys_(
          settings_.master_key_file,
          [this](sealing::MasterKeys keys) { keys_.master_keys_are(std::move(keys)); },
          surroundings.registry),
      directory_({settings_.service.kafka, client_id(settings_) + "-directory",
                  std::string(events::topics::directory),
                  [this](const SealedKeys& keys) { keys_.directory_says(keys); }},
                 surroundings.health, surroundings.registry),
      publisher_(producer_options(settings_), static_cast<std::size_t>(settings_.in_flight),
                 surroundings.faults),
      kafka_watch_(settings_.service.kafka, publisher_, surroundings.health),
      retell_(Provider::retell, "x-retell-signature", accept_retell_webhook,
              endpoint_parts(retell_probe_)),
      calcom_(Provider::calcom, "x-cal-signature-256", accept_calcom_webhook,
              endpoint_parts(calcom_probe_)),
      server_(std::make_unique<http::Server>(server_options(settings_),
                                             routes(retell_, calcom_, settings_))) {
  const auto outstanding = surroundings_.registry.gauge("hookswitch_producer_queue_records",
                                                        "Records that Kafka has not reported yet");
  surroundings_.registry.before_scrape(
      [this, outstanding] { outstanding.set(static_cast<double>(publisher_.outstanding())); });
}

WebhookEndpoint::Parts Ingress::endpoint_parts(const WebhookProbe& probe) {
  return {keys_.keys(), directory_.index(),   publisher_,
          probe,        surroundings_.faults, surroundings_.clock};
}

std::vector<runtime::Part> Ingress::parts() {
  return {
      {"producer", [] {},
       [this] {
         if (!publisher_.flush(drain_patience)) {
           telemetry::log_warning("producer.not_flushed", {{"records", publisher_.outstanding()}});
         }
       }},
      {"workspaces",
       [this] {
         if (!settings_.workspaces_file.empty()) workspaces_.start();
       },
       [this] { workspaces_.stop(); }},
      {"master keys",
       [this] {
         if (!settings_.master_key_file.empty()) master_keys_.start();
       },
       [this] { master_keys_.stop(); }},
      {"kafka watch", [this] { kafka_watch_.start(); }, [this] { kafka_watch_.stop(); }},
      {"directory", [this] { directory_.start(); }, [this] { directory_.stop(); }},
      {"http",
       [this] {
         server_->start();
         // The thread that reads a webhook answers it, too: nobody else has to be woken for it.
         publisher_.have_reports_taken(server_->io_task([this] { publisher_.take_reports(); }));
         telemetry::log_info("http.listening", {{"port", port()},
                                                {"threads", settings_.threads},
                                                {"time_slice_us", runtime::time_slice().count()}});
       },
       [this] { drain(); }},
  };
}

void Ingress::drain() {
  surroundings_.faults.reached("ingress.draining");
  server_->stop(drain_patience);
  publisher_.have_reports_taken({});
}

int run_ingress(const IngressSettings& settings) {
  if (settings.workspaces_file.empty() && settings.master_key_file.empty()) {
    std::fputs(
        "ingress: --workspaces-file (HOOKSWITCH_WORKSPACES_FILE) or --master-key-file "
        "(HOOKSWITCH_MASTER_KEY_FILE) must be given\n",
        stderr);
    return 2;
  }
  telemetry::Registry registry;
  runtime::Health health;
  runtime::Shutdown shutdown;
  const auto faults = runtime::fault_from(settings.service.fault);
  const SystemClock clock;
  Ingress ingress(settings, {registry, health, *faults, clock});
  return runtime::run("ingress", settings.service, registry, health, shutdown, ingress.parts());
}

}  // namespace hookswitch::ingress
