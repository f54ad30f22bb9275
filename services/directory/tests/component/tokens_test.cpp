#include "component/running_directory.hpp"

#include <hookswitch/access/token_entities.hpp>

#include <catch2/catch.hpp>

#include <set>

using namespace hookswitch;
using namespace hookswitch::directory::testing;

namespace {

std::string member(const http::Response& response, std::string_view name) {
  const auto document = json::Document::parse(response.body);
  REQUIRE(document.has_value());
  return std::string(document->root()[name].string().value());
}

std::string in(std::chrono::milliseconds time) {
  return format_rfc3339(SystemClock{}.now() + time);
}

std::string wanted(const std::string& permission, const std::string& company = {}) {
  const auto whose = company.empty() ? "" : R"("company_id":")" + company + "\",";
  return "{" + whose + R"("permission":")" + permission + R"(","expires_at":")" +
         in(std::chrono::hours{1}) + R"(","label":"a test"})";
}

http::RequestHeaders bearing(const std::string& text) {
  return {{"Authorization", "Bearer " + text}};
}

}  // namespace

TEST_CASE("a token opens what its scope and permission say, until it is revoked") {
  RunningDirectory directory;
  const auto company = directory.company("anton");
  const auto other = directory.company("berta");
  const auto create = [&](const std::string& permission, const std::string& whose = {}) {
    auto answer = directory.post("/v1/tokens", wanted(permission, whose));
    REQUIRE(answer.status == 201);
    CHECK(header_of(answer, "Cache-Control") == "no-store");
    return answer;
  };
  const auto made = create("read", company);
  const auto reads = bearing(member(made, "token"));
  const auto writes = bearing(member(create("write", company), "token"));
  const auto operates = bearing(member(create("write"), "token"));

  const auto own = "/v1/companies/" + company;
  const auto others = "/v1/companies/" + other;
  for (const auto& headers : {reads, writes}) {
    CHECK(directory.get(own, headers).status == 200);
    CHECK(directory.get(others, headers).status == 404);
    CHECK(directory.get("/v1/tokens", headers).status == 403);
    CHECK(directory.post("/v1/tokens", wanted("read"), headers).status == 403);
    CHECK(directory.get("/v1/workspaces/default/provider-keys", headers).status == 403);
  }
  const std::string branch = R"({"company_id":")" + company +
                             R"(","name":"Mitte","time_zone":"Europe/Berlin","opening_hours":[]})";
  const auto at = "/v1/branches/" + directory.id("mitte");
  CHECK(directory.put(at, branch, reads).status == 403);
  CHECK(directory.put(at, branch, writes).status == 201);
  CHECK(directory.get(others, operates).status == 200);

  const auto id = member(made, "id");
  CHECK(directory.remove("/v1/tokens/" + id, operates).status == 204);
  const auto refused = directory.get(own, reads);
  CHECK(refused.status == 401);
  CHECK_THAT(header_of(refused, "WWW-Authenticate"), Catch::Contains("invalid_token"));
  CHECK(directory.remove("/v1/tokens/" + id).status == 204);
  CHECK(directory.remove("/v1/tokens/0000000000000000").status == 404);

  const auto listed = directory.get("/v1/tokens");
  CHECK_THAT(listed.body, Catch::Contains(id) && Catch::Contains("revoked_at"));
  CHECK(listed.body.find(member(made, "token").substr(20)) == std::string::npos);
}

TEST_CASE("a company's token asks, and shows nothing of other companies or of the operator's") {
  RunningDirectory directory;
  const auto company = directory.company("anton");
  const auto other = directory.company("berta");
  const auto reads =
      bearing(member(directory.post("/v1/tokens", wanted("read", company)), "token"));
  const auto put = [&](const std::string& path, const std::string& body) {
    REQUIRE(directory.put(path, body).status == 201);
  };
  put("/v1/workspaces/" + directory.id("own"),
      R"({"company_ids":[")" + company + "\",\"" + other + "\"]}");
  put("/v1/workspaces/" + directory.id("foreign"), R"({"company_ids":[")" + other + "\"]}");
  put("/v1/workspaces/" + directory.id("nobodys"), R"({"company_ids":[]})");
  const auto number = directory.number();
  put("/v1/numbers/%2B" + number.substr(1), R"({"ownerships":[{"company_id":")" + other + "\"}]}");

  const auto workspaces = directory.get("/v1/workspaces", reads);
  CHECK_THAT(workspaces.body,
             Catch::Contains(directory.id("own")) && !Catch::Contains(directory.id("foreign")) &&
                 !Catch::Contains(directory.id("nobodys")) && !Catch::Contains(other));
  CHECK(directory.get("/v1/workspaces/" + directory.id("own"), reads).status == 200);
  CHECK(directory.get("/v1/workspaces/" + directory.id("foreign"), reads).status == 404);
  CHECK(directory.get("/v1/workspaces/" + directory.id("nobodys"), reads).status == 404);
  CHECK_THAT(directory.get("/v1/companies?company=" + other, reads).body, !Catch::Contains(other));
  CHECK(directory.get("/v1/numbers/%2B" + number.substr(1), reads).status == 404);
  const auto whose = directory.post(
      "/v1/resolve",
      R"({"number":")" + number + R"(","instant":")" + in(std::chrono::hours{0}) + "\"}", reads);
  CHECK(whose.status == 200);
  CHECK_THAT(whose.body, Catch::Contains(R"("company_id":null)"));
  CHECK(directory.get("/v1/unpublished", reads).status == 403);
}

TEST_CASE("a token is good before its expiry only") {
  RunningDirectory directory;
  const auto made = directory.post("/v1/tokens", wanted("read"));
  REQUIRE(made.status == 201);
  const auto shown = bearing(member(made, "token"));
  CHECK(directory.get("/v1/companies", shown).status == 200);
  directory.clock.forward(std::chrono::hours{1});
  CHECK(directory.get("/v1/companies", shown).status == 401);
  CHECK_THAT(directory.get("/v1/companies", shown).body, Catch::Contains("expired"));
}

TEST_CASE("the tokens of a company that goes are revoked, and stay so if its id comes back") {
  RunningDirectory directory;
  const auto company = directory.company("anton");
  const auto made = directory.post("/v1/tokens", wanted("write", company));
  const auto shown = bearing(member(made, "token"));
  REQUIRE(directory.get("/v1/companies/" + company, shown).status == 200);
  REQUIRE(directory.remove("/v1/companies/" + company).status == 204);
  CHECK(directory.get("/v1/companies/" + company, shown).status == 401);
  REQUIRE(directory.company("anton") == company);
  CHECK(directory.get("/v1/companies/" + company, shown).status == 401);
  const auto id = member(made, "id");
  access::TokenSet tokens;
  REQUIRE(access::apply_token(tokens, id, directory.wait_for("token/" + id, 2).back().value)
              .has_value());
  CHECK(tokens.at(id).revoked);
}

TEST_CASE("every service learns from the topic which tokens are good, and the token is not there") {
  RunningDirectory directory;
  const auto company = directory.company("anton");
  const auto made = directory.post("/v1/tokens", wanted("read", company));
  const auto id = member(made, "id");
  const auto text = member(made, "token");
  access::TokenSet tokens;
  const auto now = SystemClock{}.now();
  const auto record = directory.wait_for("token/" + id, 1).back();
  REQUIRE(access::apply_token(tokens, id, record.value).has_value());
  CHECK(std::get<access::Principal>(access::authorise(tokens, "Bearer " + text, now)).scope ==
        access::Scope{TenantId{company}});
  CHECK(record.value.find(text.substr(20)) == std::string::npos);
  REQUIRE(directory.remove("/v1/tokens/" + id).status == 204);
  REQUIRE(access::apply_token(tokens, id, directory.wait_for("token/" + id, 2).back().value)
              .has_value());
  CHECK(std::get<access::Denial>(access::authorise(tokens, "Bearer " + text, now)) ==
        access::Denial::revoked);
}

TEST_CASE("a token that is asked for wrongly is refused with its field") {
  RunningDirectory directory;
  const auto refused = [&](const std::string& body) {
    const auto answer = directory.post("/v1/tokens", body);
    CHECK(answer.status == 422);
    return pointers_of(answer);
  };
  CHECK(refused("{}") == "/permission /expires_at");
  CHECK(refused(wanted("all")) == "/permission");
  CHECK(refused(wanted("read", directory.id("nobody"))) == "/company_id");
  CHECK(refused(R"({"permission":"read","expires_at":")" + in(std::chrono::hours{-1}) + "\"}") ==
        "/expires_at");
  CHECK(refused(R"({"permission":"read","expires_at":")" + in(std::chrono::hours{24 * 401}) +
                "\"}") == "/expires_at");
  const auto labelled = [](const std::string& label) {
    return R"({"permission":"read","expires_at":")" + in(std::chrono::hours{1}) + R"(","label":")" +
           label + "\"}";
  };
  CHECK(refused(labelled("two\\nlines")) == "/label");
  CHECK(refused(labelled(std::string(201, 'a'))) == "/label");
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "\u00e4";
  CHECK(directory.post("/v1/tokens", labelled(umlauts)).status == 201);
}

TEST_CASE("tokens come in pages") {
  RunningDirectory directory;
  std::set<std::string> made;
  for (int i = 0; i < 5; ++i) {
    made.insert(member(directory.post("/v1/tokens", wanted("read")), "id"));
  }
  const auto pages = ids_in_pages(directory, "/v1/tokens", 2);
  REQUIRE(pages.size() == 3);
  std::vector<std::string> found;
  for (const auto& page : pages) found.insert(found.end(), page.begin(), page.end());
  CHECK(found == std::vector<std::string>(made.begin(), made.end()));
  CHECK(fields_refused(directory, "/v1/tokens", {"?limit=0", "?limit=a", "?cursor=anton"}) ==
        std::vector<std::string>{"limit", "limit", "cursor"});
  CHECK(directory.get("/v1/tokens?company=anton").status == 400);
}

TEST_CASE("tokens that have been no good for a month are removed, from the topic as well") {
  RunningDirectory directory;
  const auto create = [&](const std::string& body) {
    return member(directory.post("/v1/tokens", body), "id");
  };
  const auto expiring = [&](std::chrono::hours lifetime) {
    return create(R"({"permission":"read","expires_at":")" + in(lifetime) + "\"}");
  };
  constexpr std::chrono::hours day{24};
  const auto expired = expiring(day);
  const auto revoked = expiring(300 * day);
  const auto recent = expiring(5 * day);
  const auto good = expiring(300 * day);
  REQUIRE(directory.remove("/v1/tokens/" + revoked).status == 204);
  const auto left = [&] { return directory.seen("SELECT count(*) FROM directory.access_token"); };

  directory.clock.forward(30 * day);
  static_cast<void>(directory.company("anton"));  // somebody comes by, so that it looks
  CHECK(directory.wait_for("token/" + revoked, 3).back().value.empty());
  CHECK(left() == "3");
  directory.clock.forward(day + std::chrono::hours{1});
  static_cast<void>(directory.company("berta"));
  CHECK(directory.wait_for("token/" + expired, 2).back().value.empty());
  CHECK(left() == "2");
  CHECK(directory.wait_for("token/" + recent, 1).size() == 1);
  CHECK(directory.wait_for("token/" + good, 1).size() == 1);
}
