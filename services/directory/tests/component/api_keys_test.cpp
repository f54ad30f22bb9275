#include "adapters/api_key_records.hpp"
#include "component/master_key_desk.hpp"

#include <hookswitch/directory/v1/access.pb.h>

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::directory;
using namespace hookswitch::directory::testing;
using Catch::Contains;

namespace {

const std::string secret = R"({"key":"cal_KEY_MATERIAL"})";

/// Two companies, their keys' paths, and tokens of the first.
struct Desk : MasterKeyDesk {
  std::string anton = directory.company("anton");
  std::string berta = directory.company("berta");
  std::string keys = "/v1/companies/" + anton + "/api-keys";
  std::string bertas = "/v1/companies/" + berta + "/api-keys";

  explicit Desk(bool with_master_keys = true) : MasterKeyDesk(with_master_keys) {}

  [[nodiscard]] http::RequestHeaders bearing(const std::string& permission) const {
    const auto made = directory.post(
        "/v1/tokens", R"({"company_id":")" + anton + R"(","permission":")" + permission +
                          R"(","expires_at":")" +
                          format_rfc3339(directory.clock.now() + std::chrono::hours{1}) + "\"}");
    const auto document = json::Document::parse(made.body).value();
    return {{"Authorization", "Bearer " + std::string(document.root()["token"].string().value())}};
  }
  /// The newest of `count` records of a key of anton's.
  [[nodiscard]] directory::v1::ApiKey told(const ApiKeyName& name, std::size_t count) {
    directory::v1::ApiKey key;
    REQUIRE(key.ParseFromString(directory.wait_for(topic_key(name), count).back().value));
    return key;
  }
  [[nodiscard]] ApiKeyName named(const std::string& provider, const std::string& id) const {
    return {TenantId(anton), provider, id};
  }
};

/// What a service with those master keys reads of it; the code of why not.
std::string opened(const directory::v1::ApiKey& key, const std::string& with = first_master_key) {
  const auto masters = sealing::MasterKeys::parse(with).value();
  const ApiKeyName name{TenantId(key.company_id()), key.provider(), key.id()};
  const auto data_key =
      sealing::unwrap(masters, data_key_owner(name.company), key.wrapped_data_key());
  if (!data_key) return data_key.error().code;
  const auto plain = open_api_key(*data_key, name, key.sealed_key());
  return plain ? std::string(plain->view()) : plain.error().code;
}

}  // namespace

TEST_CASE("an API key goes in, comes out sealed on the topic only, and goes") {
  Desk desk;
  auto& directory = desk.directory;
  const auto created = directory.put(desk.keys + "/calcom/2026-11", secret);
  CAPTURE(created.body);
  REQUIRE(created.status == 201);
  CHECK_THAT(created.body,
             Contains(R"("state":"valid")") && Contains(R"("company_id":")" + desk.anton + "\""));
  CHECK(directory.put(desk.keys + "/retell/2026-11", R"({"key":"key_KEY_MATERIAL"})").status ==
        201);
  const auto retired = directory.put(desk.keys + "/calcom/2026-11", R"({"state":"retiring"})");
  CHECK(retired.status == 200);
  CHECK(pointers_of(directory.put(desk.keys + "/calcom/2026-11", "{}")) == "/key");
  const auto listed = directory.get(desk.keys);
  CHECK_THAT(listed.body, Contains("retiring") && Contains(R"("provider":"retell")"));
  CHECK((created.body + retired.body + listed.body).find("KEY_MATERIAL") == std::string::npos);

  const auto name = desk.named("calcom", "2026-11");
  const auto key = desk.told(name, 2);
  CHECK(key.state() == directory::v1::API_KEY_STATE_RETIRING);
  CHECK(opened(key) == "cal_KEY_MATERIAL");
  CHECK(opened(desk.told(desk.named("retell", "2026-11"), 1)) == "key_KEY_MATERIAL");
  for (const auto& record : directory.wait_for(topic_key(name), 2)) {
    CHECK(record.value.find("KEY_MATERIAL") == std::string::npos);
    CHECK(record.headers.at("ce_tenantid") == desk.anton);
  }
  CHECK(directory.seen("SELECT count(*) FROM directory.api_key WHERE "
                       "position('KEY_MATERIAL'::bytea IN sealed_key) > 0") == "0");

  CHECK(directory.put(desk.keys + "/calcom/2026-11", R"({"key":"cal_KEY_MATERIAL_2"})").status ==
        200);
  CHECK(opened(desk.told(name, 3)) == "cal_KEY_MATERIAL_2");
  const auto refused = directory.remove("/v1/companies/" + desk.anton);
  CHECK(refused.status == 409);
  CHECK_THAT(refused.body, Catch::Contains("is needed by API key "));
  CHECK(directory.remove(desk.keys + "/calcom/2026-11").status == 204);
  CHECK(directory.remove(desk.keys + "/calcom/2026-11").status == 404);
  CHECK(directory.wait_for(topic_key(name), 4).back().value.empty());
  CHECK(directory.remove(desk.keys + "/retell/2026-11").status == 204);
  CHECK(directory.remove("/v1/companies/" + desk.anton).status == 204);
  CHECK(directory.seen("SELECT count(*) FROM directory.data_key") == "0");
}

TEST_CASE("a company's own token keeps its own API keys, and no others") {
  Desk desk;
  auto& directory = desk.directory;
  REQUIRE(directory.put(desk.bertas + "/calcom/theirs", secret).status == 201);
  const auto reads = desk.bearing("read");
  const auto writes = desk.bearing("write");
  CHECK(directory.put(desk.keys + "/calcom/a", secret, reads).status == 403);
  CHECK(directory.put(desk.keys + "/calcom/a", secret, writes).status == 201);
  CHECK_THAT(directory.get(desk.keys, reads).body, Contains(R"("id":"a")"));
  CHECK(directory.remove(desk.keys + "/calcom/a", reads).status == 403);
  CHECK(directory.post(desk.keys + ":reseal", "{}", writes).status == 403);
  const auto nowhere = "/v1/companies/nobody/api-keys";
  for (const auto& path : {desk.bertas, std::string(nowhere)}) {
    CAPTURE(path);
    CHECK(directory.get(path, writes).status == 404);
    CHECK(directory.put(path + "/calcom/a", secret, writes).status == 404);
    CHECK(directory.remove(path + "/calcom/theirs", writes).status == 404);
  }
  CHECK(directory.put(std::string(nowhere) + "/calcom/a", secret).status == 404);
  CHECK(directory.get(nowhere).status == 404);
  CHECK(directory.remove(desk.keys + "/calcom/a", writes).status == 204);
  CHECK_THAT(directory.get(desk.bertas).body, Contains("theirs"));
}

TEST_CASE("the database itself shows a company's keys to that company alone") {
  Desk desk;
  REQUIRE(desk.directory.put(desk.keys + "/calcom/a", secret).status == 201);
  REQUIRE(desk.directory.put(desk.bertas + "/calcom/a", secret).status == 201);
  postgres::Connection app(at(desk.directory.database.app_url()));
  const auto rows = [&](const std::vector<TenantId>& tenants, const std::string& table) {
    postgres::Transaction transaction(app, tenants);
    return transaction.execute("SELECT count(*) FROM directory." + table).integer(0, 0);
  };
  for (const auto* table : {"api_key", "data_key"}) {
    CAPTURE(table);
    CHECK(rows({}, table) == 0);
    CHECK(rows({TenantId(desk.anton)}, table) == 1);
    CHECK(rows({TenantId(desk.anton), TenantId(desk.berta)}, table) == 2);
  }
}

TEST_CASE("a sealed key that is moved to another company's or another id's row does not open") {
  Desk desk;
  auto& directory = desk.directory;
  REQUIRE(directory.put(desk.keys + "/calcom/a", secret).status == 201);
  REQUIRE(directory.put(desk.keys + "/calcom/b", secret).status == 201);
  REQUIRE(directory.put(desk.bertas + "/calcom/a", secret).status == 201);
  std::ignore = directory.seen(
      "UPDATE directory.api_key SET sealed_key = (SELECT sealed_key FROM directory.api_key WHERE"
      " tenant_id = '" +
      desk.anton + "' AND id = 'a') WHERE tenant_id = '" + desk.anton +
      "' AND id = 'b' RETURNING 1");
  std::ignore = directory.seen(
      "UPDATE directory.data_key SET wrapped = (SELECT wrapped FROM directory.data_key WHERE"
      " tenant_id = '" +
      desk.anton + "') WHERE tenant_id = '" + desk.berta + "' RETURNING 1");
  const auto retire = R"({"state":"retiring"})";  // tells what the tables have now
  REQUIRE(directory.put(desk.keys + "/calcom/b", retire).status == 200);
  REQUIRE(directory.put(desk.bertas + "/calcom/a", retire).status == 200);
  CHECK(opened(desk.told(desk.named("calcom", "b"), 2)) == "not_authentic");
  CHECK(opened(desk.told({TenantId(desk.berta), "calcom", "a"}, 2)) == "not_authentic");
  CHECK(directory.put(desk.bertas + "/calcom/c", secret).status == 503);
}

TEST_CASE("an API key that is wrong is refused with its field, never with the key") {
  Desk desk;
  auto& directory = desk.directory;
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"{}", "/key"},
      {R"({"state":"valid"})", "/key"},
      {R"({"key":""})", "/key"},
      {R"({"key":"KEY_MATERIAL\nX"})", "/key"},
      {R"({"key":"KEY MATERIAL"})", "/key"},
      {R"({"key":"KEY_MATERIAL\u00e4"})", "/key"},
      {R"({"key":")" + std::string(1025, 'k') + "\"}", "/key"},
      {R"({"key":"KEY_MATERIAL","state":"gone"})", "/state"},
      {R"({"key":"KEY_MATERIAL","provider":"calcom"})", "/provider"},
  };
  for (const auto& [body, pointers] : wrong) {
    const auto answer = directory.put(desk.keys + "/calcom/a", body);
    CAPTURE(body, answer.body);
    CHECK(answer.status == 422);
    CHECK(pointers_of(answer) == pointers);
    CHECK(answer.body.find("KEY") == std::string::npos);
  }
  CHECK(pointers_of(directory.put(desk.keys + "/twilio/A", secret)) == "/provider /id");
  CHECK(directory.put(desk.keys + "/calcom/a", secret, {{"Authorization", "Bearer x"}}).status ==
        401);
  for (const auto* nowhere : {"/calcom/%00", "/calcom/%ff", "/twilio/a", "/calcom/A"}) {
    CHECK(directory.remove(desk.keys + nowhere).status == 404);
  }
  CHECK(directory.get(desk.keys).body == R"({"items":[]})");
}

TEST_CASE("a company's API keys come in pages, provider by provider") {
  Desk desk;
  for (const auto* one : {"/retell/a", "/calcom/b", "/calcom/a"}) {
    REQUIRE(desk.directory.put(desk.keys + one, secret).status == 201);
  }
  CHECK(ids_in_pages(desk.directory, desk.keys, 1) ==
        std::vector<std::vector<std::string>>{{"a"}, {"b"}, {"a"}});
  CHECK(ids_in_pages(desk.directory, desk.keys, 2) ==
        std::vector<std::vector<std::string>>{{"a", "b"}, {"a"}});
  CHECK(fields_refused(desk.directory, desk.keys,
                       {"?limit=0", "?cursor=a", "?cursor=twilio/a", "?cursor=calcom/"}) ==
        std::vector<std::string>{"limit", "cursor", "cursor", "cursor"});
}

TEST_CASE("without a master key file no API key is taken") {
  Desk desk(false);
  CHECK(desk.directory.put(desk.keys + "/calcom/a", secret).status == 503);
  CHECK(desk.directory.post(desk.keys + ":reseal", "{}").status == 503);
}

TEST_CASE(
    "a new master key wraps companies' data keys anew, and every record opens with it alone") {
  Desk desk;
  auto& directory = desk.directory;
  REQUIRE(directory.put(desk.keys + "/calcom/a", secret).status == 201);
  REQUIRE(directory.put(desk.keys + "/retell/a", secret).status == 201);
  REQUIRE(directory.put(desk.bertas + "/calcom/a", secret).status == 201);
  desk.master_keys_are(first_master_key + second_master_key);
  CHECK(desk.rewrap().body == R"({"master_key":"second","rewrapped":2,"unchanged":0,"closed":[]})");
  CHECK(desk.rewrap().body == R"({"master_key":"second","rewrapped":0,"unchanged":2,"closed":[]})");
  desk.master_keys_are(second_master_key);
  for (const auto* provider : {"calcom", "retell"}) {
    CHECK(opened(desk.told(desk.named(provider, "a"), 2), second_master_key) == "cal_KEY_MATERIAL");
  }
  CHECK(directory.put(desk.keys + "/calcom/b", secret).status == 201);
  desk.master_keys_are(first_master_key);
  const auto closed = desk.rewrap();
  CHECK_THAT(closed.body, Contains(R"("company_id":")" + desk.anton + "\"") &&
                              Contains(R"("code":"unknown_master_key","field":"second")"));
  CHECK(directory.put(desk.keys + "/calcom/b", secret).status == 503);
}

TEST_CASE("a new data key seals a company's keys anew, and the old one is gone") {
  Desk desk;
  auto& directory = desk.directory;
  REQUIRE(directory.put(desk.keys + "/calcom/a", secret).status == 201);
  REQUIRE(directory.put(desk.keys + "/retell/a", secret).status == 201);
  const auto before = desk.told(desk.named("calcom", "a"), 1);
  const auto done = directory.post(desk.keys + ":reseal", "{}");
  CAPTURE(done.body);
  CHECK(done.status == 200);
  CHECK_THAT(done.body, Contains(R"("resealed":2,"closed":[])"));
  const auto after = desk.told(desk.named("calcom", "a"), 2);
  CHECK(after.sealed_key() != before.sealed_key());
  CHECK(opened(after) == "cal_KEY_MATERIAL");
  auto crossed = after;
  crossed.set_wrapped_data_key(before.wrapped_data_key());
  CHECK(opened(crossed) == "other_data_key");
  CHECK(directory.seen("SELECT count(*) FROM directory.data_key") == "1");

  // What does not open stays, is named, and stands in nobody's way.
  std::ignore = directory.seen(
      "UPDATE directory.api_key SET sealed_key = set_byte(sealed_key, 30, 255 - "
      "get_byte(sealed_key, 30)) WHERE provider = 'retell' RETURNING 1");
  const auto again = directory.post(desk.keys + ":reseal", "{}");
  CHECK_THAT(again.body, Contains(R"("resealed":1,"closed":[{"provider":"retell","id":"a",)") &&
                             Contains("not_authentic"));
  CHECK(opened(desk.told(desk.named("calcom", "a"), 3)) == "cal_KEY_MATERIAL");
  CHECK(directory.seen("SELECT count(*) FROM directory.data_key") == "2");
  CHECK(directory.put(desk.keys + "/retell/a", secret).status == 200);
  CHECK(directory.seen("SELECT count(*) FROM directory.data_key") == "1");
  CHECK(directory.post("/v1/companies/nobody/api-keys:reseal", "{}").status == 404);
  CHECK(pointers_of(directory.post(desk.keys + ":reseal", R"({"all":true})")) == "/all");
}
