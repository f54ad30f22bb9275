#pragma once
#include "command.hpp"

#include <hookswitch/testkit/real/test_database.hpp>

#include <string>
#include <vector>

namespace hookswitch::cli::test {

/// The built directory service beside the tests' Kafka, with a database of its own; one for all
/// tests of this program. Made when first asked for, ended with the program.
class DirectoryProcess {
 public:
  static const DirectoryProcess& running();
  ~DirectoryProcess();
  DirectoryProcess(const DirectoryProcess&) = delete;
  DirectoryProcess& operator=(const DirectoryProcess&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  /// Where its master keys are; it reads them whenever it needs one.
  [[nodiscard]] std::string master_key_file() const { return folder_ + "/master.keys"; }
  [[nodiscard]] const testkit::TestDatabase& database() const { return database_; }
  /// HOOKSWITCH_DIRECTORY_URL=… and HOOKSWITCH_ADMIN_TOKEN=…
  [[nodiscard]] std::vector<std::string> variables() const;

 private:
  DirectoryProcess();

  testkit::TestDatabase database_{"directory"};
  std::string folder_;
  std::string url_;
  int pid_ = -1;
};

/// Creates an entity in the directory: put_entity("/v1/companies/a", "{…}").
void put_entity(const std::string& path, const std::string& body);

/// The command beside the directory service; `variables` count more than its own.
Outcome command(const std::vector<std::string>& words, const std::string& input = {},
                const std::vector<std::string>& variables = {});

}  // namespace hookswitch::cli::test
