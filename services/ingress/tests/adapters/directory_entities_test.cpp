#include "directory_entities.hpp"

#include <hookswitch/directory/v1/directory.pb.h>

#include <catch2/catch.hpp>

#include <string>

namespace hookswitch::ingress {
namespace {

namespace proto = hookswitch::directory::v1;

std::string company(const std::string& id) {
  proto::Company message;
  message.set_id(id);
  return message.SerializeAsString();
}
std::string agent(const std::string& id, const std::string& company_id) {
  proto::Agent message;
  message.set_id(id);
  message.set_company_id(company_id);
  return message.SerializeAsString();
}

}  // namespace

TEST_CASE("the directory's records become what belongs to whom, tombstones take it away") {
  routing::DirectoryIndex index;
  proto::PhoneNumber number;
  number.set_e164("+491");
  auto* before = number.add_ownerships();
  before->set_company_id("lindenhof");
  before->set_until_ms(1000);
  auto* after = number.add_ownerships();
  after->set_company_id("aurora");
  after->set_from_ms(1000);
  proto::EventType event_type;
  event_type.set_id(7);
  event_type.set_company_id("aurora");
  proto::Organizer organizer;
  organizer.set_id(8);
  organizer.set_company_id("aurora");
  proto::Workspace workspace;
  workspace.set_id("default");
  workspace.add_company_ids("aurora");

  REQUIRE(apply_entity(index, "company/aurora", company("aurora")).has_value());
  REQUIRE(apply_entity(index, "number/+491", number.SerializeAsString()).has_value());
  REQUIRE(apply_entity(index, "agent/a", agent("a", "aurora")).has_value());
  REQUIRE(apply_entity(index, "event_type/7", event_type.SerializeAsString()).has_value());
  REQUIRE(apply_entity(index, "organizer/8", organizer.SerializeAsString()).has_value());
  REQUIRE(apply_entity(index, "workspace/default", workspace.SerializeAsString()).has_value());
  const TenantId aurora{"aurora"};
  CHECK(index.has_company(aurora));
  CHECK(index.owner_of_number("+491", from_epoch_ms(999)) == TenantId{"lindenhof"});
  CHECK(index.owner_of_number("+491", from_epoch_ms(1000)) == aurora);
  CHECK(index.owner_of_agent("a") == aurora);
  CHECK(index.owner_of_event_type(7) == aurora);
  CHECK(index.owner_of_organizer(8) == aurora);
  CHECK(index.may_speak_for(WorkspaceId{"default"}, aurora));
  CHECK(index.size() == 6);

  for (const auto* key : {"company/aurora", "number/+491", "agent/a", "event_type/7", "organizer/8",
                          "workspace/default"}) {
    REQUIRE(apply_entity(index, key, std::nullopt).has_value());
  }
  CHECK(index.size() == 0);
}

TEST_CASE("a later record replaces the whole entity") {
  routing::DirectoryIndex index;
  REQUIRE(apply_entity(index, "agent/a", agent("a", "aurora")).has_value());
  REQUIRE(apply_entity(index, "agent/a", agent("a", "lindenhof")).has_value());
  CHECK(index.owner_of_agent("a") == TenantId{"lindenhof"});
}

TEST_CASE("a record that cannot be read leaves the entity to nobody") {
  routing::DirectoryIndex index;
  REQUIRE(apply_entity(index, "agent/a", agent("a", "aurora")).has_value());
  CHECK(apply_entity(index, "agent/a", "\xFF\xFF").has_error());
  CHECK(index.owner_of_agent("a") == std::nullopt);
  CHECK(apply_entity(index, "agent/a", agent("b", "aurora")).has_error());  // another's record
  CHECK(apply_entity(index, "event_type/x", "").has_error());
  CHECK(apply_entity(index, "nonsense", "").has_error());
  CHECK(index.size() == 0);
}

TEST_CASE("a company whose id would not fit into a policy is refused") {
  routing::DirectoryIndex index;
  for (const std::string& id : {std::string("a,b"), std::string("A"), std::string("-a"),
                                std::string(), std::string(64, 'a')}) {
    CAPTURE(id);
    CHECK(apply_entity(index, "company/" + id, company(id)).has_error());
  }
  CHECK(apply_entity(index, "company/" + std::string(63, 'a'), company(std::string(63, 'a')))
            .has_value());
}

TEST_CASE("kinds of entities that ingress has no use for pass by") {
  routing::DirectoryIndex index;
  CHECK(apply_entity(index, "plan/lindenhof", "\xFF").has_value());
  CHECK(apply_entity(index, "branch/lindenhof-1", "x").has_value());
  CHECK(index.size() == 0);
}

}  // namespace hookswitch::ingress
