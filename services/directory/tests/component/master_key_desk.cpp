#include "component/master_key_desk.hpp"

#include <fstream>

namespace hookswitch::directory::testing {

MasterKeyDesk::MasterKeyDesk(bool with_master_keys) {
  master_keys_are(first_master_key);
  if (with_master_keys) directory.settings.master_key_file = file_.string();
  directory.start();
}

MasterKeyDesk::~MasterKeyDesk() { std::filesystem::remove(file_); }

void MasterKeyDesk::master_keys_are(const std::string& text) const {
  auto fresh = file_;
  fresh += ".new";
  std::ofstream(fresh) << text;
  std::filesystem::permissions(fresh, std::filesystem::perms::owner_read);
  std::filesystem::rename(fresh, file_);
}

http::Response MasterKeyDesk::rewrap() const {
  return directory.post("/v1/provider-keys:rewrap", "{}");
}

}  // namespace hookswitch::directory::testing
