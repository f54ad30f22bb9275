#pragma once
#include <string>
#include <string_view>

namespace hookswitch::testkit {

/// The bootstrap servers of the Kafka that tests share (HOOKSWITCH_TEST_KAFKA). Throws
/// std::runtime_error that says how to run the tests when it is not set: a component test does not
/// pass without its parts.
[[nodiscard]] std::string test_kafka();
/// The superuser URL of the Postgres that tests share (HOOKSWITCH_TEST_POSTGRES_URL). Throws
/// likewise.
[[nodiscard]] std::string test_postgres_url();
/// `hint` with what makes it unique among all tests that share the parts:
/// `<hint>_<pid>_<random>_<count>`.
[[nodiscard]] std::string unique_name(std::string_view hint);

}  // namespace hookswitch::testkit
