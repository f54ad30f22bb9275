#pragma once
#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace hookswitch {

/// Why the code said no, as a value. `field` names what was wrong ("/call/end_timestamp"), or is
/// empty. `message` is for an operator and never holds secrets or personal data.
struct Rejection {
  std::string code;  ///< stable, snake_case: "not_json", "missing_field"
  std::string field;
  std::string message;

  Rejection() = default;
  /// A constructor, because an aggregate counts as constructible from one text, which closes
  /// Result<std::string> to values.
  Rejection(std::string the_code, std::string the_field, std::string the_message)
      : code(std::move(the_code)), field(std::move(the_field)), message(std::move(the_message)) {}

  [[nodiscard]] std::string to_string() const {
    return field.empty() ? code + ": " + message : code + ": " + field + ": " + message;
  }
  friend bool operator==(const Rejection&, const Rejection&) = default;
};

class RejectionError : public std::runtime_error {
 public:
  explicit RejectionError(Rejection rejection)
      : std::runtime_error(rejection.to_string()), rejection_(std::move(rejection)) {}
  [[nodiscard]] const Rejection& rejection() const { return rejection_; }

 private:
  Rejection rejection_;
};

/// What .value() does on a rejection.
[[noreturn]] inline void throw_exception_from_error(const Rejection& rejection,
                                                    const boost::source_location&) {
  throw RejectionError(rejection);
}

template <class T>
using Result = boost::system::result<T, Rejection>;

}  // namespace hookswitch
