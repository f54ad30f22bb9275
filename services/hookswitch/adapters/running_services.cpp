#include "running_services.hpp"

#include <hookswitch/events/topics.hpp>
#include <hookswitch/http/client.hpp>
#include <hookswitch/json/document.hpp>
#include <hookswitch/kafka/admin.hpp>
#include <hookswitch/kafka/consumer.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

namespace hookswitch::cli {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Texts = std::map<std::string, std::string, std::less<>>;

constexpr milliseconds answer_most{1000};
constexpr milliseconds answer_least{200};
constexpr milliseconds poll_pause{20};
constexpr milliseconds kafka_least{2000};

/// What one process has answered, or why there is no answer.
struct Answer {
  std::string url;
  std::string failure;   ///< empty: it has answered
  bool refused = false;  ///< nobody listens there
  bool ready = false;
  std::optional<std::int64_t> own_offset;  ///< of a copy of its own
  std::string group;                       ///< as which it reads the directory topic
  std::optional<std::int64_t> keys_open;
  Texts keys_closed;
  Texts keys_overruled;
};

Texts texts_of(const json::Value& facts) {
  Texts texts;
  for (const auto& [name, value] : facts.members()) {
    if (const auto text = value.string()) texts.emplace(name, *text);
  }
  return texts;
}

Answer ask(const std::string& url, milliseconds patience) {
  Answer answer;
  answer.url = url;
  const auto response = http::get(url + "/healthz/ready", {}, patience);
  if (!response) {
    answer.failure = "does not answer: " + response.error().message;
    answer.refused = response.error().code == "no_connection";
    return answer;
  }
  const auto document = json::Document::parse(response->body);
  if (!document) {
    answer.failure = "its readiness is not JSON";
    return answer;
  }
  const auto root = document->root();
  answer.ready = response->status == 200;
  if (const auto offset = root["progress"]["directory_offset"].integer()) {
    answer.own_offset = *offset;
  }
  if (const auto open = root["progress"]["provider_keys_open"].integer()) answer.keys_open = *open;
  const auto facts = root["facts"];
  if (const auto group = facts["consumer_group_of"][events::topics::directory].string()) {
    answer.group = *group;
  }
  answer.keys_closed = texts_of(facts["provider_keys_closed"]);
  answer.keys_overruled = texts_of(facts["provider_keys_overruled"]);
  return answer;
}

/// What all processes behind a URL answer. An address where nobody listens, of a host that answers
/// at another one, is none of a running process (localhost is 127.0.0.1 and ::1).
std::vector<Answer> ask_all(const std::string& url, milliseconds patience) {
  const auto addresses = http::at_each_address(url, patience);
  if (!addresses) {
    Answer nobody;
    nobody.url = url;
    nobody.failure = "does not answer: " + addresses.error().message;
    return {nobody};
  }
  std::vector<Answer> answers;
  for (const auto& address : *addresses) answers.push_back(ask(address, patience));
  const bool some = std::any_of(answers.begin(), answers.end(),
                                [](const Answer& answer) { return !answer.refused; });
  if (some) std::erase_if(answers, [](const Answer& answer) { return answer.refused; });
  return answers;
}

std::string how_far(std::int64_t offset, std::int64_t of) {
  if (offset < 0) return "has not read anything of the directory yet";
  return "has read the directory up to offset " + std::to_string(offset) + " of " +
         std::to_string(of);
}

/// Why a process does not have what is in its own copy, if it has one; empty when it has.
std::string lack_of(const Answer& answer, std::int64_t offset) {
  if (!answer.failure.empty()) return answer.failure;
  if (!answer.own_offset) return answer.ready ? "" : "is not ready";
  return *answer.own_offset >= offset ? "" : how_far(*answer.own_offset, offset);
}

/// Likewise of a consumer group: its committed offset is behind what it has done (design §5.3).
std::string lack_of_group(const std::string& group, const DirectoryTarget& target,
                          milliseconds patience) {
  const std::string directory(events::topics::directory);
  try {
    for (const auto& lag :
         kafka::group_lag(target.brokers, group, {directory}, std::max(patience, kafka_least))) {
      const auto last = lag.committed - 1;  // -2: nothing is committed
      if (target.offset >= 0 && last < target.offset) return how_far(last, target.offset);
    }
    return {};
  } catch (const kafka::Unavailable& error) {
    return std::string("how far it has read is not to be had from Kafka: ") + error.what();
  }
}

using ByService = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// The URLs of each service, in the order given.
ByService by_service(const std::vector<AdminPort>& ports) {
  ByService services;
  for (const auto& port : ports) {
    const auto known = std::find_if(services.begin(), services.end(), [&](const auto& service) {
      return service.first == port.service;
    });
    auto& urls = known == services.end()
                     ? services.emplace_back(port.service, std::vector<std::string>{}).second
                     : known->second;
    urls.push_back(port.url);
  }
  return services;
}

std::string named(const std::string& service, const std::string& url) {
  return service == url ? url : service + " (" + url + ")";
}

std::vector<Answer> ask_all(const std::vector<std::string>& urls, milliseconds patience) {
  std::vector<Answer> answers;
  for (const auto& url : urls) {
    auto more = ask_all(url, patience);
    std::move(more.begin(), more.end(), std::back_inserter(answers));
  }
  return answers;
}

/// What a service lacks, a line for each of its processes that lacks something.
std::vector<std::string> lacks_of(const std::string& service, const std::vector<std::string>& urls,
                                  const DirectoryTarget& target, milliseconds patience) {
  const auto answers = ask_all(urls, patience);
  const auto member = std::find_if(answers.begin(), answers.end(),
                                   [](const Answer& answer) { return !answer.group.empty(); });
  std::vector<std::string> lacks;
  if (member != answers.end()) {
    const auto lack = lack_of_group(member->group, target, patience);
    if (!lack.empty()) lacks.push_back(named(service, member->url) + ": " + lack);
    return lacks;
  }
  for (const auto& answer : answers) {
    const auto lack = lack_of(answer, target.offset);
    if (!lack.empty()) lacks.push_back(named(service, answer.url) + ": " + lack);
  }
  return lacks;
}

}  // namespace

AdminPort read_admin_port(const std::string& text) {
  const auto scheme = text.find("://");
  const auto equals = text.find('=');
  AdminPort port;
  port.url = equals < scheme ? text.substr(equals + 1) : text;
  port.service = equals < scheme ? text.substr(0, equals) : port.url;
  while (port.url.ends_with('/')) port.url.pop_back();
  if (port.service.empty() || !port.url.starts_with("http://")) {
    throw std::invalid_argument("an admin URL is http://host:port or name=http://host:port, not " +
                                text);
  }
  return port;
}

std::vector<std::string> await_directory(const std::vector<AdminPort>& ports,
                                         const DirectoryTarget& target, milliseconds patience) {
  const auto until = Clock::now() + patience;
  auto waiting = by_service(ports);
  while (true) {
    std::vector<std::string> lacking;
    std::erase_if(waiting, [&](const auto& service) {
      const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now());
      const auto lacks = lacks_of(service.first, service.second, target,
                                  std::clamp(left, answer_least, answer_most));
      lacking.insert(lacking.end(), lacks.begin(), lacks.end());
      return lacks.empty();
    });
    if (waiting.empty() || Clock::now() >= until) return lacking;
    std::this_thread::sleep_for(poll_pause);
  }
}

ProviderKeysTold ask_provider_keys(const std::vector<AdminPort>& ports) {
  ProviderKeysTold all;
  for (const auto& [service, urls] : by_service(ports)) {
    auto answers = ask_all(urls, answer_most);
    // Where all that answer open no keys, the service does not. One among others is of a version
    // before.
    const auto opens_none = [](const Answer& answer) {
      return answer.failure.empty() && !answer.keys_open;
    };
    const auto opens_some = [](const Answer& answer) {
      return answer.failure.empty() && answer.keys_open;
    };
    const bool of_another_service = std::any_of(answers.begin(), answers.end(), opens_none) &&
                                    std::none_of(answers.begin(), answers.end(), opens_some);
    if (of_another_service) continue;
    for (auto& answer : answers) {
      if (opens_none(answer)) continue;
      auto who = named(service, answer.url);
      if (answer.failure.empty()) {
        all.told.push_back(
            {std::move(who), std::move(answer.keys_closed), std::move(answer.keys_overruled)});
      } else {
        all.unanswered.push_back(who + ' ' + answer.failure);
      }
    }
  }
  return all;
}

}  // namespace hookswitch::cli
