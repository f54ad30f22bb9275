#pragma once
#include <string>

namespace hookswitch::testkit {

/// A fresh database of one test on the shared Postgres, as the local stack sets one up: schema
/// `<schema>` owned by the role
/// `<schema>_owner`, the role `<schema>_app` (neither superuser nor BYPASSRLS) with USAGE on it.
/// Tables' grants are the migrations' own. The roles belong to the whole cluster and stay; the
/// database is dropped at the end, whoever is connected. One thread uses it.
class TestDatabase {
 public:
  explicit TestDatabase(std::string schema = "call_processing");
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  /// Another one with all that lies in this one: cheaper than to make the same tables again. Nobody
  /// may be connected to this one (a session that is just ending is waited for).
  [[nodiscard]] TestDatabase copy() const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& schema() const { return schema_; }
  [[nodiscard]] std::string owner_url() const;
  [[nodiscard]] std::string app_url() const;
  [[nodiscard]] std::string superuser_url() const;

 private:
  struct Copy {};
  TestDatabase(const TestDatabase& other, Copy);
  void create(const std::string& from) const;

  std::string schema_;
  std::string server_url_;
  std::string name_;
};

/// `url` (postgresql://user:password@host:port/database?…) with another user (its name as
/// password), host:port or database; empty leaves it as it is.
[[nodiscard]] std::string with_parts(const std::string& url, const std::string& user,
                                     const std::string& address, const std::string& database);
/// host:port of a postgresql:// URL.
[[nodiscard]] std::string address_of(const std::string& url);

}  // namespace hookswitch::testkit
