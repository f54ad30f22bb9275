#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// The wall around CLI11. A service declares its settings once, as one structure; each comes from a
/// flag
/// (--log-level) or its variable (HOOKSWITCH_LOG_LEVEL), the flag winning; `--help` lists them with
/// default and variable. A secret comes from a file (--retell-api-key-file) or a variable, never
/// from a flag's value.
namespace hookswitch::config {

/// Used by one thread, at start. The variables that were bound must outlive it.
class Settings {
 public:
  /// `program` and `purpose` head the --help text.
  Settings(std::string program, const std::string& purpose);
  ~Settings();
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  // Each binds a variable that holds the default. `name` is the flag without dashes ("log-level");
  // the variable's name is HOOKSWITCH_ and the upper-cased name. `sentence` ends up in --help. An
  // empty variable counts as unset.
  void text(const std::string& name, std::string& value, const std::string& sentence);
  /// Refused when empty after flags and environment have been read.
  void required_text(const std::string& name, std::string& value, const std::string& sentence);
  /// One of `allowed`, exactly.
  void choice(const std::string& name, std::string& value, std::vector<std::string> allowed,
              const std::string& sentence);
  /// A decimal integer from `least` to `most`, both included.
  void integer(const std::string& name, std::int64_t& value, std::int64_t least, std::int64_t most,
               const std::string& sentence);
  /// A whole number of milliseconds, written without a unit, from `least` to `most`.
  void milliseconds(const std::string& name, std::chrono::milliseconds& value,
                    std::chrono::milliseconds least, std::chrono::milliseconds most,
                    const std::string& sentence);
  /// --name, --name=true or --name=false; the variable says true or false.
  void boolean(const std::string& name, bool& value, const std::string& sentence);
  /// A secret: HOOKSWITCH_NAME holds it, or --name-file / HOOKSWITCH_NAME_FILE names a file (a
  /// final newline is cut). The flag wins; both variables at once, an unreadable and an empty file
  /// are refused. Its value is never printed.
  void secret(const std::string& name, std::string& value, const std::string& sentence);

  /// A secret that is refused when absent.
  void required_secret(const std::string& name, std::string& value, const std::string& sentence);

  enum class Outcome { run, exit_good, exit_wrong_use };
  /// Reads flags and environment. --help and --version and --print-settings print to stdout
  /// (exit_good). What is wrong is named on stderr, all of it at once (exit_wrong_use, exit code
  /// 2). Variables that are not declared are ignored; unknown flags are refused, and what follows
  /// them is not echoed (it may be a secret). Call once.
  [[nodiscard]] Outcome read(int argc, const char* const* argv);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookswitch::config
