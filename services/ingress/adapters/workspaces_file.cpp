#include "workspaces_file.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

namespace hookswitch::ingress {
namespace {

namespace fs = std::filesystem;

/// Thrown within this file only: the walk through the tree is a recursion with many exits.
struct Refused {
  Rejection rejection;
};
[[noreturn]] void refuse(std::string where, std::string message) {
  throw Refused{{"bad_workspaces_file", std::move(where), std::move(message)}};
}

std::string member_of(const std::string& where, std::string_view name) {
  std::string place = where;
  place += '/';
  place += name;
  return place;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(path.string(), "cannot be read");
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) refuse(path.string(), "cannot be read");
  return text;
}

std::string key_in_file(const fs::path& path) {
  std::string key = read_file(path);
  if (key.ends_with('\n')) key.pop_back();
  if (key.ends_with('\r')) key.pop_back();
  return key;
}

void expect_members(const YAML::Node& map, const std::string& where,
                    std::initializer_list<std::string_view> known) {
  if (!map.IsMap()) refuse(where, "a mapping is expected");
  std::set<std::string> seen;
  for (const auto& member : map) {
    const auto name = member.first.as<std::string>();
    if (std::ranges::find(known, name) == known.end()) {
      // Its name is not repeated: a key that was indented wrongly is one.
      refuse(where, "has a member that is not known, in line " +
                        std::to_string(member.first.Mark().line + 1));
    }
    if (!seen.insert(name).second) refuse(member_of(where, name), "occurs twice");
  }
}

std::vector<std::string> texts(const YAML::Node& list, const std::string& where) {
  std::vector<std::string> result;
  if (!list.IsDefined() || list.IsNull()) return result;
  if (!list.IsSequence()) refuse(where, "a list is expected");
  for (const auto& item : list) {
    if (!item.IsScalar()) refuse(where, "a list of texts is expected");
    result.push_back(item.as<std::string>());
  }
  return result;
}

class Walk {
 public:
  explicit Walk(const fs::path& path) : folder_(path.parent_path()) {
    result_.files.push_back(path);
  }

  void workspace(const YAML::Node& node, const std::string& where) {
    expect_members(
        node, where,
        {"id", "retell_api_keys", "retell_api_key_files", "calcom_secrets", "calcom_secret_files"});
    if (!node["id"].IsDefined() || !node["id"].IsScalar()) refuse(where + "/id", "is missing");
    const auto id = node["id"].as<std::string>();
    if (!is_id(id)) refuse(where + "/id", "must match [a-z0-9][a-z0-9_-]{0,62}");
    WorkspaceKeys keys;
    keys.retell_api_keys = keys_of(node, where, "retell_api_keys", "retell_api_key_files");
    keys.calcom_secrets = keys_of(node, where, "calcom_secrets", "calcom_secret_files");
    if (keys.retell_api_keys.empty() && keys.calcom_secrets.empty()) refuse(where, "has no keys");
    if (!result_.keys.workspaces.emplace(id, std::move(keys)).second) {
      refuse(where + "/id", "occurs twice");
    }
  }

  WorkspacesFile take() { return std::move(result_); }

 private:
  static bool is_id(std::string_view id) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !id.empty() && id.size() <= 63 && plain(id.front()) &&
           std::ranges::all_of(id, [&](char c) { return plain(c) || c == '-' || c == '_'; });
  }

  std::vector<std::string> keys_of(const YAML::Node& node, const std::string& where,
                                   const std::string& in_place, const std::string& in_files) {
    std::vector<std::string> keys = texts(node[in_place], member_of(where, in_place));
    for (const auto& name : texts(node[in_files], member_of(where, in_files))) {
      const fs::path path = folder_ / name;
      keys.push_back(key_in_file(path));
      result_.files.push_back(path);
    }
    for (const auto& key : keys) {
      if (const auto wrong = complaint_about_key(key)) refuse(where, std::string(*wrong));
      if (!seen_.insert(key).second) refuse(where, "a key that occurs twice in the file");
    }
    return keys;
  }

  fs::path folder_;
  WorkspacesFile result_;
  std::set<std::string> seen_;
};

}  // namespace

Result<WorkspacesFile> read_workspaces_file(const fs::path& path) {
  try {
    const YAML::Node root = YAML::Load(read_file(path));
    expect_members(root, "", {"workspaces"});
    const YAML::Node list = root["workspaces"];
    if (!list.IsDefined() || !list.IsSequence() || list.size() == 0) {
      refuse("/workspaces", "a list of at least one workspace is expected");
    }
    Walk walk(path);
    std::size_t index = 0;
    for (const auto& workspace : list) {
      walk.workspace(workspace, "/workspaces/" + std::to_string(index++));
    }
    return walk.take();
  } catch (const Refused& refused) {
    return refused.rejection;
  } catch (const YAML::Exception& error) {
    // YAML's own words may quote the text: only the line is safe to repeat.
    return Rejection{"bad_workspaces_file", "line " + std::to_string(error.mark.line + 1),
                     "not the YAML that is expected"};
  }
}

}  // namespace hookswitch::ingress
