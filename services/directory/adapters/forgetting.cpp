#include "adapters/forgetting.hpp"

#include "adapters/tokens_postgres.hpp"
#include "adapters/unresolved_queue_postgres.hpp"

#include <hookswitch/telemetry/log.hpp>

#include <chrono>
#include <cstddef>

namespace hookswitch::directory {
namespace {

using namespace std::chrono_literals;

constexpr int waiting_days = 35;
constexpr std::size_t rows_max = 1000;
constexpr auto every = 1h;
constexpr auto retry = 10min;

}  // namespace

/// Also when the clock has gone back since.
bool Forgetting::due() const {
  const auto now = clock_.now();
  return now >= next_ || next_ - now > every;
}

std::size_t Forgetting::forget(DirectoryDatabase& database) {
  next_ = clock_.now() + retry;  // a failure keeps nobody waiting
  std::size_t webhooks = 0;
  std::size_t tokens = 0;
  database.write_operators([&](postgres::Transaction& transaction, TimePoint now) {
    webhooks = forget_older(transaction, now, waiting_days, rows_max);
    tokens = TokensPostgres(transaction).remove_ended(now, rows_max);
  });
  next_ = clock_.now();
  if (webhooks < rows_max && tokens < rows_max) next_ += every;
  if (webhooks > 0) {
    probe_.count_forgotten(webhooks);
    telemetry::log_warning("unresolved.forgotten", {{"webhooks", webhooks}});
  }
  if (tokens > 0) telemetry::log_info("tokens.removed", {{"tokens", tokens}});
  return webhooks;
}

}  // namespace hookswitch::directory
