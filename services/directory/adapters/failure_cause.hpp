#pragma once
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::directory {

/// Whether Postgres refuses a statement with this SQLSTATE because of what is in it or in the rows
/// it meets; if not, any other would be refused as well. Pure.
[[nodiscard]] bool is_about_data(std::string_view sqlstate);

/// What a webhook that was alone in its transaction has failed of: a class without any words of
/// the webhook. Nothing when the failure is not its doing: Postgres is away, or refuses everybody.
[[nodiscard]] std::optional<std::string> cause_of(const std::exception_ptr& failure);

}  // namespace hookswitch::directory
