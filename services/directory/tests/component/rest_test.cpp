#include "component/running_directory.hpp"

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::directory::testing;

namespace {

json::Document parsed(const http::Response& response) {
  auto document = json::Document::parse(response.body);
  REQUIRE(document.has_value());
  return *std::move(document);
}

std::string text_at(const http::Response& response, std::string_view member) {
  const auto document = parsed(response);
  return std::string(document.root()[member].string().value());
}

std::string owned_by(const std::string& company) { return R"({"company_id":")" + company + "\"}"; }

}  // namespace

TEST_CASE("an entity is created, replaced, read, listed and deleted") {
  RunningDirectory directory;
  const auto path = "/v1/companies/" + directory.id("anton");
  const std::string body = R"({"name":"Praxis Anton","time_zone":"Europe/Berlin"})";
  const auto created = directory.put(path, body);
  CHECK(created.status == 201);
  const auto tag = header_of(created, "ETag");
  CHECK_FALSE(tag.empty());
  const auto again = directory.put(path, body);
  CHECK(again.status == 200);
  CHECK(header_of(again, "ETag") == tag);
  const auto changed = directory.put(path, R"({"name":"Salon","time_zone":"Europe/Vienna"})");
  CHECK(changed.status == 200);
  CHECK(header_of(changed, "ETag") != tag);
  const auto got = directory.get(path);
  CHECK(text_at(got, "name") == "Salon");
  CHECK(header_of(got, "ETag") == header_of(changed, "ETag"));
  CHECK(directory.get(path, {{"If-None-Match", header_of(changed, "ETag")}}).status == 304);
  CHECK(directory.remove(path).status == 204);
  CHECK(directory.get(path).status == 404);
  CHECK(directory.remove(path).status == 404);
  const auto anew = directory.put(path, body);
  CHECK(anew.status == 201);
  CHECK(header_of(anew, "ETag") != tag);  // no tag comes back
}

TEST_CASE("every kind is taken and given back as it was") {
  RunningDirectory directory;
  const auto company = directory.company("anton");
  const auto branch = directory.id("mitte");
  const auto service = directory.id("checkup");
  const auto owner = "\"company_id\":\"" + company + "\"";
  const std::vector<std::pair<std::string, std::string>> entities{
      {"/v1/branches/" + branch,
       "{" + owner + R"(,"name":"Mitte","time_zone":"Europe/Berlin","opening_hours":[)" +
           R"({"weekday":1,"opens":"08:00","closes":"18:00"}]})"},
      {"/v1/event-types/2204518", owned_by(company)},
      {"/v1/organizers/4711", owned_by(company)},
      {"/v1/services/" + service, "{" + owner + R"(,"name":"Vorsorge","duration_minutes":30,)" +
                                      R"("event_type_ids":[2204518],"branch_ids":[")" + branch +
                                      "\"]}"},
      {"/v1/staff/" + directory.id("staff"), "{" + owner +
                                                 R"(,"name":"Dr. Grün","service_ids":[")" +
                                                 service + "\"],\"organizer_id\":4711}"},
      {"/v1/agents/agent_1", "{" + owner + R"(,"branch_id":")" + branch + "\"}"},
      {"/v1/numbers/%2B493023125017", R"({"ownerships":[{"company_id":")" + company + "\"}]}"},
      {"/v1/workspaces/default", R"({"company_ids":[")" + company + "\"]}"},
      {"/v1/plans/" + company,
       "{" + owner + R"(,"versions":[{"version":1,"valid_from":"1970-01-01T00:00:00Z",)" +
           R"("currency":"EUR","per_minute_e6":150000,"first_increment_s":60,"next_increment_s":60}]})"},
  };
  for (const auto& [path, body] : entities) {
    CAPTURE(path, body);
    const auto created = directory.put(path, body);
    CAPTURE(created.body);
    REQUIRE(created.status == 201);
    CHECK(directory.get(path).body == created.body);
    const auto again = directory.put(path, created.body);  // what was given may be sent back
    CHECK(again.status == 200);
    CHECK(header_of(again, "ETag") == header_of(created, "ETag"));
  }
}

TEST_CASE("preconditions guard against overwriting another's change") {
  RunningDirectory directory;
  const auto path = "/v1/companies/" + directory.id("anton");
  const std::string body = R"({"name":"A","time_zone":"Europe/Berlin"})";
  CHECK(directory.put(path, body, {{"If-Match", "*"}}).status == 412);
  const auto created = directory.put(path, body, {{"If-None-Match", "*"}});
  CHECK(created.status == 201);
  const auto tag = header_of(created, "ETag");
  CHECK(directory.put(path, body, {{"If-None-Match", "*"}}).status == 412);
  CHECK(directory.put(path, R"({"name":"B","time_zone":"Europe/Berlin"})", {{"If-Match", tag}})
            .status == 200);
  CHECK(directory.put(path, body, {{"If-Match", tag}}).status == 412);
  CHECK(directory.remove(path, {{"If-Match", tag}}).status == 412);
  CHECK(text_at(directory.get(path), "name") == "B");
}

TEST_CASE("what is wrong with an entity is named, and changes nothing") {
  RunningDirectory directory;
  const auto company = directory.company("anton");
  const auto refused = directory.put("/v1/branches/mitte",
                                     R"({"company_id":"nobody","name":"","time_zone":"Mars"})");
  CHECK(refused.status == 422);
  CHECK(refused.content_type == "application/problem+json");
  CHECK(pointers_of(refused) == "/name /time_zone");
  const auto nobody = directory.put(
      "/v1/branches/mitte", R"({"company_id":"nobody","name":"M","time_zone":"Europe/Berlin"})");
  CHECK(nobody.status == 422);
  CHECK(pointers_of(nobody) == "/company_id");
  const auto dangling = directory.put(
      "/v1/staff/s", R"({"company_id":")" + company + R"(","name":"S","branch_ids":["mitte"]})");
  CHECK(pointers_of(dangling) == "/branch_ids/0");
  CHECK(directory.put("/v1/numbers/030231", R"({"ownerships":[]})").status == 422);
  CHECK(directory.put("/v1/companies/a", "{").status == 400);
  CHECK(directory.put("/v1/companies/a", "{}", {{"Content-Type", "text/plain"}}).status == 415);
  CHECK(directory.put("/v1/companies/a", std::string(1024 * 1024 + 1, ' ')).status == 413);
  const auto patched = ask("PATCH", directory.url("/v1/companies/a"), "{}");
  CHECK(patched.status == 405);
  CHECK(header_of(patched, "Allow") == "GET, HEAD, PUT, DELETE");
  CHECK(directory.get("/v1/nothing").status == 404);
  CHECK(directory.get("/v1/branches/mitte").status == 404);
}

TEST_CASE("nobody is let in without the token") {
  RunningDirectory directory;
  const auto path = "/v1/companies/" + directory.company("anton");
  for (const auto* wrong : {"Bearer wrong", "Basic YTpi", ""}) {
    CAPTURE(wrong);
    const http::RequestHeaders headers{{"Authorization", wrong}};
    CHECK(directory.get(path, headers).status == 401);
    CHECK(directory.get("/v1/companies", headers).status == 401);
    CHECK(directory.put(path, "{}", headers).status == 401);
    CHECK(directory.remove(path, headers).status == 401);
    CHECK(directory.get("/v1/openapi.yaml", headers).status == 401);
  }
  CHECK(directory.get("/v1/openapi.yaml").status == 200);
}

TEST_CASE("without a token to ask for, it refuses to start") {
  RunningDirectory directory(false);
  directory.settings.admin_token.clear();
  CHECK_THROWS_WITH(directory.start(), Catch::Contains("HOOKSWITCH_ADMIN_TOKEN"));
}

TEST_CASE("lists come in pages, and of one company alone") {
  RunningDirectory directory;
  const auto anton = directory.company("anton");
  const auto berta = directory.company("berta");
  for (int i = 1; i <= 7; ++i) {
    const auto path = "/v1/agents/agent_" + std::to_string(i);
    REQUIRE(directory.put(path, owned_by(i % 2 == 0 ? anton : berta)).status == 201);
  }
  std::vector<std::string> seen;
  std::string cursor;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = parsed(directory.get("/v1/agents?limit=3" + cursor));
    for (const auto& item : page.root()["items"].elements()) {
      seen.emplace_back(item["id"].string().value());
    }
    CHECK(page.root()["etags"].size() == page.root()["items"].size());
    const auto next = page.root()["next"].optional_string().value();
    if (!next) break;
    cursor = "&cursor=" + std::string(*next);
  }
  CHECK(seen == std::vector<std::string>{"agent_1", "agent_2", "agent_3", "agent_4", "agent_5",
                                         "agent_6", "agent_7"});
  CHECK(parsed(directory.get("/v1/agents?company=" + anton)).root()["items"].size() == 3);
  CHECK(parsed(directory.get("/v1/companies")).root()["items"].size() == 2);
  CHECK(directory.get("/v1/agents?limit=0").status == 400);
}

TEST_CASE("what another company has is not taken, and what is needed is not deleted") {
  RunningDirectory directory;
  const auto anton = directory.company("anton");
  const auto berta = directory.company("berta");
  REQUIRE(directory.put("/v1/event-types/1", owned_by(anton)).status == 201);
  const auto stolen = directory.put("/v1/event-types/1", owned_by(berta));
  CHECK(stolen.status == 409);
  CHECK(pointers_of(stolen) == "/company_id");
  const auto service = [](const std::string& company) {
    return R"({"company_id":")" + company +
           R"(","name":"S","duration_minutes":5,"event_type_ids":[1]})";
  };
  CHECK(pointers_of(directory.put("/v1/services/s", service(berta))) == "/event_type_ids/0");
  REQUIRE(directory.put("/v1/services/s", service(anton)).status == 201);
  CHECK(directory.remove("/v1/event-types/1").status == 409);
  CHECK(directory.remove("/v1/companies/" + anton).status == 409);
  CHECK(directory.remove("/v1/services/s").status == 204);
  CHECK(directory.remove("/v1/event-types/1").status == 204);
  CHECK(directory.remove("/v1/companies/" + anton).status == 204);
}

TEST_CASE("a number moves at an instant, and is whose it was before and after") {
  RunningDirectory directory;
  const auto anton = directory.company("anton");
  const auto berta = directory.company("berta");
  const auto number = directory.number();
  const auto path = "/v1/numbers/" + number;
  REQUIRE(directory
              .put("/v1/branches/" + directory.id("mitte"),
                   R"({"company_id":")" + berta + R"(","name":"M","time_zone":"Europe/Berlin"})")
              .status == 201);
  REQUIRE(directory.put(path, R"({"ownerships":[{"company_id":")" + anton + "\"}]}").status == 201);
  const auto move = R"({"company_id":")" + berta + R"(","at":"2026-11-25T12:00:00Z"})";
  const auto moved = directory.post(path + ":move", move);
  CAPTURE(moved.body);
  CHECK(moved.status == 200);
  CHECK(header_of(directory.post(path + ":move", move), "ETag") == header_of(moved, "ETag"));
  const auto whose = [&](const std::string& instant) {
    return directory.post("/v1/resolve",
                          R"({"number":")" + number + R"(","instant":")" + instant + "\"}");
  };
  CHECK(text_at(whose("2026-11-25T11:59:59.999Z"), "company_id") == anton);
  const auto after = whose("2026-11-25T13:00:00+01:00");
  CHECK(text_at(after, "company_id") == berta);
  CHECK(parsed(after).root()["branch_ids"].at(0).string().value() == directory.id("mitte"));
  CHECK(directory.post(path + ":move", R"({"company_id":"nobody","at":"2026-11-25T12:00:00Z"})")
            .status == 422);
  CHECK(directory.post("/v1/numbers/+4930999999:move", move).status == 404);
  CHECK(ask("PUT", directory.url(path + ":move"), "{}").status == 405);
  CHECK(directory.post(path, move).status == 405);
  const auto overlapping = directory.put(path, R"({"ownerships":[{"company_id":")" + anton +
                                                   R"("},{"company_id":")" + berta + "\"}]}");
  CHECK(overlapping.status == 422);
  CHECK(pointers_of(overlapping) == "/ownerships/1");
}

TEST_CASE(
    "a number shared by branches names them all, and one only when the agent is bound to it") {
  RunningDirectory directory;
  const auto anton = directory.company("anton");
  const auto berta = directory.company("berta");
  const auto mitte = directory.id("mitte");
  const auto nord = directory.id("nord");
  const auto put = [&](const std::string& path, const std::string& body) {
    REQUIRE(directory.put(path, body).status == 201);
  };
  const auto in_zone = [&](const std::string& zone) {
    return R"({"company_id":")" + anton + R"(","name":"B","time_zone":")" + zone + "\"}";
  };
  put("/v1/branches/" + mitte, in_zone("Europe/Berlin"));
  put("/v1/branches/" + nord, in_zone("Europe/London"));
  const auto number = directory.number();
  put("/v1/numbers/" + number, R"({"ownerships":[{"company_id":")" + anton + "\"}]}");
  put("/v1/agents/agent_nord", R"({"company_id":")" + anton + R"(","branch_id":")" + nord + "\"}");
  put("/v1/agents/agent_both", owned_by(anton));
  put("/v1/agents/agent_berta", owned_by(berta));
  const auto asked = [&](const std::string& agent) {
    const auto said = agent.empty() ? "" : R"(,"agent_id":")" + agent + "\"";
    return directory.post("/v1/resolve", R"({"number":")" + number +
                                             R"(","instant":"2026-11-25T12:00:00Z")" + said + "}");
  };
  const auto branches = [&](const std::string& agent) {
    const auto answer = asked(agent);
    CHECK(text_at(answer, "company_id") == anton);
    std::vector<std::string> found;
    const auto document = parsed(answer);
    for (const auto& id : document.root()["branch_ids"].elements()) {
      found.emplace_back(id.string().value());
    }
    return found;
  };
  // Several: whoever asked has to ask on, none is the default.
  const std::vector<std::string> both{mitte, nord};
  CHECK(branches("") == both);
  CHECK(branches("agent_both") == both);
  CHECK(branches("agent_of_nobodys") == both);
  CHECK(branches("agent_nord") == std::vector<std::string>{nord});
  CHECK_THAT(asked("agent_berta").body, Catch::Contains(R"("company_id":null,"branch_ids":[])"));
  CHECK(pointers_of(asked("no agent")) == "/agent_id");
}

TEST_CASE("prices in force stay, and a company has one plan") {
  RunningDirectory directory;
  const auto anton = directory.company("anton");
  const auto plan = [&](const std::string& versions) {
    return R"({"company_id":")" + anton + R"(","versions":[)" + versions + "]}";
  };
  const auto version = [](int number, const std::string& from, int price) {
    return R"({"version":)" + std::to_string(number) + R"(,"valid_from":")" + from +
           R"(","currency":"EUR","per_minute_e6":)" + std::to_string(price) +
           R"(,"first_increment_s":60,"next_increment_s":1})";
  };
  const auto path = "/v1/plans/" + anton;
  const auto first = version(1, "2020-01-01T00:00:00Z", 1);
  REQUIRE(directory.put(path, plan(first)).status == 201);
  const auto changed = directory.put(path, plan(version(1, "2020-01-01T00:00:00Z", 2)));
  CHECK(changed.status == 409);
  CHECK(pointers_of(changed) == "/versions/0");
  CHECK(directory.put(path, plan(first + "," + version(2, "2099-01-01T00:00:00Z", 2))).status ==
        200);
  CHECK(directory.put("/v1/plans/other", plan(first)).status == 409);
  // Gone and put again, the same calls could have another price.
  CHECK(directory.remove(path).status == 409);
  CHECK(directory.get(path).status == 200);
}

TEST_CASE("who asks first after Postgres was restarted gets an answer, also for a change") {
  RunningDirectory directory;
  const auto company = directory.company("anton");
  const auto end_sessions = [&] {
    static_cast<void>(directory.seen(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = "
        "'directory_app' AND datname = current_database()"));
  };
  const auto path = "/v1/companies/" + company;
  for (int i = 0; i < 4; ++i) {  // each worker has a connection of its own
    end_sessions();
    CHECK(directory.get(path).status == 200);
    end_sessions();
    const auto name = "Praxis " + std::to_string(i);
    CHECK(directory.put(path, R"({"name":")" + name + R"(","time_zone":"Europe/Berlin"})").status ==
          200);
  }
}
