// What waits is looked at again when an entity that it waits for has changed: an entity too few,
// and it waits for ever.
#include <hookswitch/routing/calcom_tenant.hpp>
#include <hookswitch/routing/retell_tenant.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <set>

namespace hookswitch::routing {
namespace {

const TimePoint noon = from_epoch_ms(1'795'421'645'120);
const WorkspaceId workspace{"default"};
using Keys = std::vector<std::string>;

/// Small worlds, so that their entities meet: two companies, numbers, agents … of two names each.
class Worlds {
 public:
  explicit Worlds(unsigned seed) : random_(seed) {}

  bool coin() { return below(2) == 0; }
  std::size_t below(std::size_t end) { return random_() % end; }
  TenantId company() { return TenantId(coin() ? "anton" : "berta"); }
  std::string one_of(const std::string& stem) { return stem + std::to_string(below(2)); }
  std::string one_or_none(const std::string& stem) { return below(4) == 0 ? "" : one_of(stem); }

  DirectoryIndex directory() {
    DirectoryIndex index;
    for (const auto* key : {"company/anton", "company/berta", "number/n0", "number/n1", "agent/a0",
                            "agent/a1", "event_type/1", "event_type/2", "organizer/1",
                            "organizer/2", "workspace/default", "workspace/other"}) {
      change(index, key);
    }
    return index;
  }

  /// Makes the entity new: another one, or none.
  void change(DirectoryIndex& index, const std::string& key) {
    const auto slash = key.find('/');
    const auto type = key.substr(0, slash);
    const auto id = key.substr(slash + 1);
    const bool there = coin();
    if (type == "company") {
      index.companies.erase(id);
      if (there) index.companies.insert(id);
    } else if (type == "number") {
      index.numbers.erase(id);
      if (there) index.numbers[id] = periods();
    } else if (type == "agent") {
      index.agents.erase(id);
      if (there) index.agents[id] = company();
    } else if (type == "workspace") {
      index.workspaces.erase(id);
      if (there) index.workspaces[id] = {company()};
    } else {
      auto& owners = type == "organizer" ? index.organizers : index.event_types;
      owners.erase(std::stoll(id));
      if (there) owners[std::stoll(id)] = company();
    }
  }

  RetellFacts retell() {
    RetellFacts facts;
    facts.topic = static_cast<RetellTopic>(below(4));
    facts.call_type = below(4) == 0 ? "web_call" : "phone_call";
    facts.direction = below(4) == 0 ? "" : coin() ? "inbound" : "outbound";
    facts.from_number = one_or_none("n");
    facts.to_number = one_or_none("n");
    facts.agent_id = one_or_none("a");
    if (coin()) facts.instant = noon;
    return facts;
  }
  CalcomFacts calcom() {
    CalcomFacts facts;
    if (coin()) facts.event_type_id = static_cast<std::int64_t>(1 + below(2));
    if (coin()) facts.organizer_id = static_cast<std::int64_t>(1 + below(2));
    return facts;
  }

 private:
  std::vector<Ownership> periods() {
    if (coin()) return {{company(), {}, {}}};
    return {{company(), {}, noon}, {company(), noon, {}}};
  }

  std::mt19937 random_;
};

const Keys everything{"company/anton", "company/berta", "number/n0",         "number/n1",
                      "agent/a0",      "agent/a1",      "event_type/1",      "event_type/2",
                      "organizer/1",   "organizer/2",   "workspace/default", "workspace/other"};

/// Changes everything but what is waited for: the answer stays.
template <class Ask>
void require_enough(Worlds& worlds, const DirectoryIndex& before, const Keys& waited_for,
                    const Ask& resolve_in) {
  auto after = before;
  for (const auto& key : everything) {
    if (std::ranges::find(waited_for, key) == waited_for.end()) worlds.change(after, key);
  }
  REQUIRE(resolve_in(before) == resolve_in(after));
}

}  // namespace

TEST_CASE("nothing but what an unresolved webhook waits for can change its answer") {
  Worlds worlds(20261126);
  int unresolved = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto directory = worlds.directory();
    const auto retell = worlds.retell();
    const auto of_retell = [&](const DirectoryIndex& index) {
      return resolve(retell, workspace, noon, index);
    };
    const auto retell_keys = waits_for(retell, workspace, noon, directory);
    REQUIRE(std::set(retell_keys.begin(), retell_keys.end()).size() == retell_keys.size());
    if (std::holds_alternative<Unresolved>(of_retell(directory))) {
      ++unresolved;
      require_enough(worlds, directory, retell_keys, of_retell);
    } else {
      REQUIRE(retell_keys.empty());
    }
    const auto calcom = worlds.calcom();
    const auto of_calcom = [&](const DirectoryIndex& index) {
      return resolve(calcom, workspace, index);
    };
    const auto calcom_keys = waits_for(calcom, workspace, directory);
    if (std::holds_alternative<Unresolved>(of_calcom(directory))) {
      ++unresolved;
      require_enough(worlds, directory, calcom_keys, of_calcom);
    } else {
      REQUIRE(calcom_keys.empty());
    }
  }
  CHECK(unresolved > 10'000);
}

TEST_CASE("what a call waits for follows from why it waits") {
  RetellFacts facts;
  facts.topic = RetellTopic::call;
  facts.direction = "inbound";
  facts.to_number = "+491";
  facts.agent_id = "a";
  DirectoryIndex directory;
  CHECK(waits_for(facts, workspace, noon, directory) == Keys{"number/+491"});
  directory.numbers["+491"] = {{TenantId{"anton"}, {}, {}}};
  directory.agents["a"] = TenantId{"berta"};
  CHECK(waits_for(facts, workspace, noon, directory) == Keys{"number/+491", "agent/a"});
  directory.agents.clear();
  directory.companies = {"anton"};
  CHECK(waits_for(facts, workspace, noon, directory) ==
        Keys{"number/+491", "agent/a", "company/anton", "workspace/default"});
  directory.workspaces["default"] = {TenantId{"anton"}};
  CHECK(waits_for(facts, workspace, noon, directory).empty());
  facts.direction.clear();
  CHECK(waits_for(facts, workspace, noon, directory).empty());
}

TEST_CASE("what a booking waits for follows from why it waits") {
  CalcomFacts facts;
  facts.event_type_id = 7;
  facts.organizer_id = 8;
  DirectoryIndex directory;
  CHECK(waits_for(facts, workspace, directory) == Keys{"event_type/7"});
  directory.event_types[7] = TenantId{"anton"};
  directory.organizers[8] = TenantId{"berta"};
  CHECK(waits_for(facts, workspace, directory) == Keys{"event_type/7", "organizer/8"});
  facts.event_type_id.reset();
  CHECK(waits_for(facts, workspace, directory) ==
        Keys{"organizer/8", "company/berta", "workspace/default"});
}

}  // namespace hookswitch::routing
