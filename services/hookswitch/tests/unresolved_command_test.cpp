#include "command.hpp"
#include "directory_process.hpp"

#include <catch2/catch.hpp>

using namespace hookswitch;
using namespace hookswitch::cli::test;
using Catch::Contains;

// What becomes of a webhook that waits is shown with a whole stack:
// tests/system/test_unresolved.py.
namespace {

Outcome unresolved(std::vector<std::string> words) {
  words.insert(words.begin(), "unresolved");
  return cli::test::hookswitch(words, {}, DirectoryProcess::running().variables());
}

const std::string nobodys_id = "6b1f5c0e-2d7a-5e41-9b52-0d3c7e61a418";

}  // namespace

TEST_CASE("unresolved list says how many wait, and takes only a reason that there is") {
  const auto listed = unresolved({"list", "--reason", "unknown_organizer"});
  CHECK(listed.exit_code == 0);
  CHECK_THAT(listed.err, Contains("wait for an owner"));
  CHECK(unresolved({"list", "--reason", "no_such_reason"}).exit_code == 2);
  CHECK(unresolved({"list", "--reason", "a&limit=1"}).exit_code == 2);
}

TEST_CASE("unresolved release says no of what does not wait, and wants either ids or --all") {
  const auto gone = unresolved({"release", nobodys_id});
  CHECK(gone.exit_code == 1);
  CHECK_THAT(gone.err, Contains(nobodys_id) && Contains("0 released, 1 not"));
  CHECK(unresolved({"release"}).exit_code == 2);
  CHECK(unresolved({"release", nobodys_id, "--all"}).exit_code == 2);
  CHECK(unresolved({"release", "../companies"}).exit_code == 2);
}

TEST_CASE("unresolved without a directory service that answers is no success") {
  const auto away = cli::test::hookswitch(
      {"unresolved", "list"}, {},
      {"HOOKSWITCH_DIRECTORY_URL=http://127.0.0.1:1", "HOOKSWITCH_ADMIN_TOKEN=x"});
  CHECK(away.exit_code == 1);
  CHECK_THAT(away.err, Contains("does not answer"));
}
