#include "directory_entities.hpp"

#include <hookswitch/directory/v1/directory.pb.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace hookswitch::ingress {
namespace {

namespace proto = hookswitch::directory::v1;

Rejection unreadable(std::string message) { return {"unreadable_entity", "", std::move(message)}; }

/// Into a header, a policy's setting and a log line: the form that Postgres' policies rely on.
bool is_company_id(std::string_view id) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !id.empty() && id.size() <= 63 && plain(id.front()) &&
         std::ranges::all_of(id, [&](char c) { return plain(c) || c == '-' || c == '_'; });
}

/// The message, if the bytes are one and it says the same id as the key.
template <class Message>
std::optional<Message> parse(std::string_view id, std::string_view value) {
  Message message;
  if (!message.ParseFromArray(value.data(), static_cast<int>(value.size()))) return std::nullopt;
  std::string own_id;
  if constexpr (requires { message.e164(); }) {
    own_id = message.e164();
  } else if constexpr (std::is_same_v<decltype(message.id()), std::int64_t>) {
    own_id = std::to_string(message.id());
  } else {
    own_id = message.id();
  }
  if (own_id != id) return std::nullopt;
  return message;
}

std::optional<std::int64_t> number_of(std::string_view id) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc{} || end != id.data() + id.size()) return std::nullopt;
  return number;
}

using Value = std::optional<std::string_view>;

Result<void> apply_company(routing::DirectoryIndex& index, std::string_view id, Value value) {
  if (const auto found = index.companies.find(id); found != index.companies.end()) {
    index.companies.erase(found);
  }
  if (!value) return {};
  if (!is_company_id(id) || !parse<proto::Company>(id, *value)) return unreadable("company");
  index.companies.emplace(id);
  return {};
}

Result<void> apply_phone_number(routing::DirectoryIndex& index, std::string_view id, Value value) {
  if (const auto found = index.numbers.find(id); found != index.numbers.end()) {
    index.numbers.erase(found);
  }
  if (!value) return {};
  const auto message = parse<proto::PhoneNumber>(id, *value);
  if (!message) return unreadable("number");
  std::vector<routing::Ownership> periods;
  for (const auto& period : message->ownerships()) {
    routing::Ownership ownership;
    ownership.company = TenantId{period.company_id()};
    if (period.has_from_ms()) ownership.from = from_epoch_ms(period.from_ms());
    if (period.has_until_ms()) ownership.until = from_epoch_ms(period.until_ms());
    periods.push_back(std::move(ownership));
  }
  index.numbers.emplace(id, std::move(periods));
  return {};
}

Result<void> apply_agent(routing::DirectoryIndex& index, std::string_view id, Value value) {
  if (const auto found = index.agents.find(id); found != index.agents.end()) {
    index.agents.erase(found);
  }
  if (!value) return {};
  const auto message = parse<proto::Agent>(id, *value);
  if (!message) return unreadable("agent");
  index.agents.emplace(id, TenantId{message->company_id()});
  return {};
}

template <class Message>
Result<void> apply_numbered(std::unordered_map<std::int64_t, TenantId>& into, std::string_view id,
                            Value value) {
  const auto number = number_of(id);
  if (!number) return unreadable("the id is no number");
  into.erase(*number);
  if (!value) return {};
  const auto message = parse<Message>(id, *value);
  if (!message) return unreadable("event type or organizer");
  into.emplace(*number, TenantId{message->company_id()});
  return {};
}

Result<void> apply_workspace(routing::DirectoryIndex& index, std::string_view id, Value value) {
  if (const auto found = index.workspaces.find(id); found != index.workspaces.end()) {
    index.workspaces.erase(found);
  }
  if (!value) return {};
  const auto message = parse<proto::Workspace>(id, *value);
  if (!message) return unreadable("workspace");
  std::vector<TenantId> companies;
  for (const auto& company : message->company_ids()) companies.emplace_back(company);
  index.workspaces.emplace(id, std::move(companies));
  return {};
}

}  // namespace

Result<void> apply_entity(routing::DirectoryIndex& index, std::string_view key, Value value) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return unreadable("the key is not <type>/<id>");
  const auto type = key.substr(0, slash);
  const auto id = key.substr(slash + 1);
  if (type == "company") return apply_company(index, id, value);
  if (type == "number") return apply_phone_number(index, id, value);
  if (type == "agent") return apply_agent(index, id, value);
  if (type == "event_type") return apply_numbered<proto::EventType>(index.event_types, id, value);
  if (type == "organizer") return apply_numbered<proto::Organizer>(index.organizers, id, value);
  if (type == "workspace") return apply_workspace(index, id, value);
  return {};
}

}  // namespace hookswitch::ingress
