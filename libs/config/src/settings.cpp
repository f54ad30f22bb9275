#include "values.hpp"

#include <hookswitch/config/settings.hpp>
#include <hookswitch/config/version.hpp>

#include <CLI/CLI.hpp>

#include <cctype>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <utility>

namespace hookswitch::config {
namespace {

struct Declaration {
  std::string name;
  std::string variable;
  CLI::Option* flag = nullptr;  ///< of a secret: the flag that names its file
  bool secret = false;
  bool required = false;
  bool broken = false;  ///< has been complained about
  std::function<Complaint(const std::string& text)> take;
  std::function<std::string()> show;
};

std::string variable_of(const std::string& name) {
  std::string variable = "HOOKSWITCH_";
  for (const char letter : name) {
    variable +=
        letter == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  return variable;
}

std::optional<std::string> from_environment(const std::string& variable) {
  const char* text = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe): at start
  if (text == nullptr || *text == '\0') return std::nullopt;
  return std::string(text);
}

std::string help_line(const std::string& sentence, const std::string& variable,
                      const std::string& standard) {
  return sentence + " (" + variable + (standard.empty() ? "" : ", default: " + standard) + ")";
}

}  // namespace

struct Settings::Impl {
  std::string program;
  CLI::App app;
  std::vector<Declaration> declarations;
  std::vector<std::string> complaints;
  CLI::Option* version = nullptr;
  CLI::Option* print_settings = nullptr;

  Impl(std::string name, const std::string& purpose)
      : program(std::move(name)), app(purpose, program) {
    app.allow_extras();
    app.set_help_flag("-h,--help", "Says this and ends");
    version = app.add_flag("--version")->description("Prints name and version and ends");
    print_settings = app.add_flag("--print-settings")
                         ->description("Prints the settings in force, without secrets, and ends");
  }

  void declare(const std::string& name, const std::string& sentence, const std::string& type,
               bool required, std::function<Complaint(const std::string&)> take,
               std::function<std::string()> show) {
    const auto variable = variable_of(name);
    const auto standard = required && show().empty() ? "none, must be given" : show();
    auto* flag = app.add_option("--" + name);
    flag->type_name(type)->description(help_line(sentence, variable, standard));
    flag->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    declarations.push_back(
        {name, variable, flag, false, required, false, std::move(take), std::move(show)});
  }

  void complain(Declaration& declaration, const std::string& where, const std::string& what) {
    declaration.broken = true;
    complaints.push_back(where + ": " + what);
  }

  void read_plain(Declaration& declaration) {
    const auto given = declaration.flag->results();
    if (given.size() > 1) {
      complain(declaration, "--" + declaration.name, "is given more than once");
      return;
    }
    const auto text = given.empty() ? from_environment(declaration.variable)
                                    : std::optional<std::string>(given.front());
    if (!text) return;
    const auto where = given.empty() ? declaration.variable : "--" + declaration.name;
    if (const auto wrong = declaration.take(*text)) {
      complain(declaration, where, *wrong + ", not \"" + *text + "\"");
    }
  }

  void declare_secret(const std::string& name, const std::string& sentence, bool required,
                      std::string& value) {
    auto take = [&value](const std::string& text) {
      value = text;
      return Complaint{};
    };
    const auto variable = variable_of(name);
    auto* flag = app.add_option("--" + name + "-file");
    flag->type_name("FILE")->description(
        help_line(sentence, variable + " or " + variable + "_FILE", ""));
    flag->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    declarations.push_back(
        {name, variable, flag, true, required, false, take, [&value] { return value; }});
  }

  void read_secret(Declaration& declaration) {
    const auto given = declaration.flag->results();
    const auto value = from_environment(declaration.variable);
    const auto file = from_environment(declaration.variable + "_FILE");
    if (given.empty() && value && file) {
      complain(declaration, declaration.variable + " and " + declaration.variable + "_FILE",
               "only one of them may be set");
      return;
    }
    if (given.empty() && value) {
      declaration.take(*value);
      return;
    }
    const auto path = given.empty() ? file : std::optional<std::string>(given.back());
    if (!path) return;
    std::string content;
    const auto where =
        given.empty() ? declaration.variable + "_FILE" : "--" + declaration.name + "-file";
    if (const auto wrong = read_secret_file(*path, content)) {
      complain(declaration, where, *wrong);
      return;
    }
    declaration.take(content);
  }

  void refuse_unknown() {
    std::size_t words = 0;
    for (const auto& extra : app.remaining()) {
      if (extra.starts_with("-")) {
        complaints.push_back(extra.substr(0, extra.find('=')) + ": no such flag (see --help)");
      } else {
        ++words;
      }
    }
    if (words > 0) complaints.push_back(std::to_string(words) + " word(s) belong to no flag");
  }

  void print() const {
    for (const auto& declaration : declarations) {
      const auto shown = declaration.show();
      std::cout << declaration.variable << '='
                << (declaration.secret && !shown.empty() ? "(secret)" : shown) << '\n';
    }
  }
};

Settings::Settings(std::string program, const std::string& purpose)
    : impl_(std::make_unique<Impl>(std::move(program), purpose)) {}
Settings::~Settings() = default;

void Settings::text(const std::string& name, std::string& value, const std::string& sentence) {
  auto take = [&value](const std::string& text) {
    value = text;
    return Complaint{};
  };
  impl_->declare(name, sentence, "TEXT", false, take, [&value] { return value; });
}

void Settings::required_text(const std::string& name, std::string& value,
                             const std::string& sentence) {
  auto take = [&value](const std::string& text) {
    value = text;
    return Complaint{};
  };
  impl_->declare(name, sentence, "TEXT", true, take, [&value] { return value; });
}

void Settings::choice(const std::string& name, std::string& value, std::vector<std::string> allowed,
                      const std::string& sentence) {
  std::string type;
  for (const auto& word : allowed) type += (type.empty() ? "" : "|") + word;
  auto take = [&value, words = std::move(allowed)](const std::string& text) {
    return read_choice(text, words, value);
  };
  impl_->declare(name, sentence, type, false, std::move(take), [&value] { return value; });
}

void Settings::integer(const std::string& name, std::int64_t& value, std::int64_t least,
                       std::int64_t most, const std::string& sentence) {
  auto take = [&value, least, most](const std::string& text) {
    return read_integer(text, least, most, value);
  };
  impl_->declare(name, sentence, "INTEGER", false, take,
                 [&value] { return std::to_string(value); });
}

void Settings::milliseconds(const std::string& name, std::chrono::milliseconds& value,
                            std::chrono::milliseconds least, std::chrono::milliseconds most,
                            const std::string& sentence) {
  auto take = [&value, least, most](const std::string& text) {
    std::int64_t count = value.count();
    auto complaint = read_integer(text, least.count(), most.count(), count);
    value = std::chrono::milliseconds(count);
    return complaint;
  };
  impl_->declare(name, sentence, "MS", false, take,
                 [&value] { return std::to_string(value.count()); });
}

void Settings::boolean(const std::string& name, bool& value, const std::string& sentence) {
  auto take = [&value](const std::string& text) { return read_boolean(text, value); };
  auto show = [&value] { return std::string(value ? "true" : "false"); };
  const auto variable = variable_of(name);
  auto* flag = impl_->app.add_flag("--" + name);
  flag->description(help_line(sentence, variable, show()));
  impl_->declarations.push_back({name, variable, flag, false, false, false, take, show});
}

void Settings::secret(const std::string& name, std::string& value, const std::string& sentence) {
  impl_->declare_secret(name, sentence, false, value);
}

void Settings::required_secret(const std::string& name, std::string& value,
                               const std::string& sentence) {
  impl_->declare_secret(name, sentence, true, value);
}

Settings::Outcome Settings::read(int argc, const char* const* argv) {
  auto& self = *impl_;
  bool parsed = true;
  try {
    self.app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << self.app.help();
    return Outcome::exit_good;
  } catch (const CLI::ParseError& error) {
    parsed = false;
    self.complaints.emplace_back(error.what());
  }
  if (self.version->count() > 0) {
    std::cout << self.program << ' ' << version() << '\n';
    return Outcome::exit_good;
  }
  for (auto& declaration : self.declarations) {
    if (declaration.secret) {
      self.read_secret(declaration);
    } else {
      self.read_plain(declaration);
    }
  }
  if (parsed) {
    self.refuse_unknown();
    for (auto& declaration : self.declarations) {
      if (declaration.required && !declaration.broken && declaration.show().empty()) {
        const auto flag = "--" + declaration.name + (declaration.secret ? "-file" : "");
        self.complain(declaration, flag + " (" + declaration.variable + ")", "must be given");
      }
    }
  }
  for (const auto& complaint : self.complaints) {
    std::cerr << self.program << ": " << complaint << '\n';
  }
  if (!self.complaints.empty()) return Outcome::exit_wrong_use;
  if (self.print_settings->count() > 0) {
    self.print();
    return Outcome::exit_good;
  }
  return Outcome::run;
}

}  // namespace hookswitch::config
