// Any bytes as a provider's body: what is accepted keeps what later parts rely on and belongs to
// somebody, to nobody, or waits for something; what is refused says where.
#include <hookswitch/json/document.hpp>
#include <hookswitch/routing/calcom_body.hpp>
#include <hookswitch/routing/retell_body.hpp>

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace hookswitch;
using namespace hookswitch::routing;

void ensure(bool holds) {
  if (!holds) std::abort();
}

/// Two companies that speak through one workspace, and one number that changed hands.
DirectoryIndex make_directory() {
  const TenantId anton("anton");
  const TenantId berta("berta");
  const TimePoint moved = from_epoch_ms(1'795'000'000'000);
  DirectoryIndex index;
  index.companies = {"anton", "berta"};
  index.numbers["+493023125017"] = {{anton, {}, moved}, {berta, moved, {}}};
  index.numbers["+4917604069012"] = {{anton, {}, {}}};
  index.agents.emplace("agent_1", berta);
  index.agents.emplace("agent_2", TenantId("gone"));
  index.event_types.emplace(2204518, anton);
  index.event_types.emplace(2204519, berta);
  index.organizers.emplace(4711, anton);
  index.workspaces["default"] = {anton, berta};
  return index;
}

void check_refusal(const Rejection& rejection) {
  const bool of_the_text = rejection.code == "not_json" || rejection.code == "not_utf8" ||
                           rejection.code == "too_deep" || rejection.code == "too_many_members";
  ensure(of_the_text == rejection.field.empty());
  ensure(of_the_text || rejection.field.starts_with('/'));
  ensure(!rejection.message.empty());
}

void check(const Resolution& resolution, const std::vector<std::string>& waits) {
  ensure(std::set(waits.begin(), waits.end()).size() == waits.size());
  if (!std::holds_alternative<Unresolved>(resolution)) ensure(waits.empty());
  if (const auto* resolved = std::get_if<Resolved>(&resolution)) {
    ensure(resolved->tenant == TenantId("anton") || resolved->tenant == TenantId("berta"));
  }
}

void check_retell(std::string_view body, const WorkspaceId& workspace,
                  const DirectoryIndex& directory) {
  const auto facts = read_retell_body(body);
  if (!facts) return check_refusal(facts.error());
  ensure(!facts->event.empty() && facts->event.size() <= 128);
  ensure(facts->subject.size() <= 256);
  const bool has_id = facts->topic == RetellTopic::call || facts->topic == RetellTopic::chat;
  ensure(!has_id || !facts->subject.empty());
  ensure(json::is_utf8(body));
  const auto received = from_epoch_ms(1'795'421'700'000);
  check(resolve(*facts, workspace, received, directory),
        waits_for(*facts, workspace, received, directory));
}

void check_calcom(std::string_view body, const WorkspaceId& workspace,
                  const DirectoryIndex& directory) {
  const auto facts = read_calcom_body(body);
  if (!facts) return check_refusal(facts.error());
  ensure(!facts->trigger.empty() && facts->trigger.size() <= 128);
  ensure(facts->uid.size() <= 256);
  ensure(json::is_utf8(body));
  check(resolve(*facts, workspace, directory), waits_for(*facts, workspace, directory));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto directory = make_directory();
  static const WorkspaceId workspace("default");
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  check_retell(body, workspace, directory);
  check_calcom(body, workspace, directory);
  return 0;
}
