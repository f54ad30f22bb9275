#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace hookswitch::runtime {

/// What /healthz/ready says. Each part that has to be there registers under a name and says what it
/// lacks. Thread safe.
class Health {
 public:
  Health();
  ~Health();
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;

  /// Not ready from the start ("not ready yet"), until set_ready. `name`: "kafka", "postgres",
  /// "directory".
  void expect(const std::string& name);
  void set_ready(const std::string& name);
  /// `why`: a sentence for the operator, without secrets. Also for a name that was not expected.
  void set_missing(const std::string& name, const std::string& why);
  /// A number shown in the answer under "progress" ("directory_offset": the last offset of the
  /// directory topic that has been applied).
  void set_progress(const std::string& name, std::int64_t value);
  /// Texts by name, shown under "facts" as `name`: what others may know of this process beside
  /// whether it is ready. Replaces what was there; nothing: gone. Ids only, never a secret or a
  /// person's words.
  void set_facts(const std::string& name, std::map<std::string, std::string> facts);
  /// True when nothing is missing.
  [[nodiscard]] bool ready() const;
  /// {"ready":false,"missing":{"kafka":"not connected yet"},"progress":{"directory_offset":41}},
  /// and behind them, where there are any,
  /// "facts":{"consumer_group_of":{"hookswitch.directory.v1":"billing"}}.
  [[nodiscard]] std::string to_json() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::runtime
