#include "adapters/api_key_records.hpp"

#include <hookswitch/directory/v1/access.pb.h>
#include <hookswitch/events/cloud_event.hpp>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace hookswitch;
using namespace hookswitch::directory;

namespace {

const std::string master_key =
    "first 6e9c3fc85cdaf0ef657262fd8c782755d6c9bb3e46c47852673dd22d9efa28d5\n";
const ApiKeyName anton{TenantId("anton"), "calcom", "2026-11"};

std::string golden(const std::string& name) {
  const char* root = std::getenv("HOOKSWITCH_SOURCE_DIR");  // NOLINT(concurrency-mt-unsafe)
  REQUIRE(root != nullptr);
  std::ifstream file(std::string(root) + "/proto-schemas/golden/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a sealed API key opens under its own name only") {
  const auto masters = sealing::MasterKeys::parse(master_key).value();
  const auto made = sealing::make_data_key(masters, data_key_owner(anton.company));
  const auto sealed = seal_api_key(made.key, anton, "cal_live_1");
  CHECK(open_api_key(made.key, anton, sealed).value().view() == "cal_live_1");
  for (const auto& moved : {ApiKeyName{TenantId("berta"), "calcom", "2026-11"},
                            ApiKeyName{TenantId("anton"), "retell", "2026-11"},
                            ApiKeyName{TenantId("anton"), "calcom", "2026-12"}}) {
    CAPTURE(topic_key(moved));
    CHECK(open_api_key(made.key, moved, sealed).error().code == "not_authentic");
  }
  // The data key is one company's as well.
  CHECK(sealing::unwrap(masters, data_key_owner(TenantId("berta")), made.wrapped).error().code ==
        "not_authentic");
}

TEST_CASE("a record of an API key is its company's, and a tombstone has no value") {
  const auto now = from_epoch_ms(1'795'421'701'207);
  const auto record = api_key_record({anton, true, now}, "sealed", "wrapped", 7, now);
  CHECK(record.key == "api_key/anton/calcom/2026-11");
  const auto envelope = events::envelope_of(events::make_inbound(record, 0, 0)).value();
  CHECK(envelope.tenant == anton.company);
  CHECK(envelope.type == "hookswitch.directory.v1.ApiKey");
  CHECK(envelope.sequence == 7);
  directory::v1::ApiKey message;
  REQUIRE(message.ParseFromString(record.value.value()));
  CHECK(message.state() == directory::v1::API_KEY_STATE_RETIRING);
  CHECK(message.sealed_key() == "sealed");
  CHECK(message.wrapped_data_key() == "wrapped");
  const auto tombstone = api_key_tombstone(anton, 8, now);
  CHECK(tombstone.key == record.key);
  CHECK_FALSE(tombstone.value.has_value());
}

TEST_CASE("the schema's golden API key opens: the contract of who seals and who opens") {
  const auto masters = sealing::MasterKeys::parse(golden("api_key.master_keys")).value();
  directory::v1::ApiKey key;
  REQUIRE(key.ParseFromString(golden("hookswitch.directory.v1.ApiKey.1.bin")));
  const ApiKeyName name{TenantId(key.company_id()), key.provider(), key.id()};
  const auto data_key =
      sealing::unwrap(masters, data_key_owner(name.company), key.wrapped_data_key()).value();
  CHECK(open_api_key(data_key, name, key.sealed_key()).value().view() == "cal_live_golden_key");
}
