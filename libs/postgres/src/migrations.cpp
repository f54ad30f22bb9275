#include "connection_impl.hpp"

#include <hookswitch/postgres/migrations.hpp>
#include <hookswitch/telemetry/log.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <thread>

namespace hookswitch::postgres {

namespace {

constexpr std::chrono::minutes step_patience{15};
constexpr std::chrono::minutes turn_patience{20};

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 failed");
  }
  std::string bytes(size, '\0');
  std::transform(digest.begin(), digest.begin() + size, bytes.begin(),
                 [](unsigned char byte) { return static_cast<char>(byte); });
  return bytea_literal(bytes).substr(2);
}

void require_identifier(std::string_view schema) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (schema.empty() || !std::all_of(schema.begin(), schema.end(), allowed)) {
    throw std::invalid_argument("not a schema name: \"" + std::string(schema) + "\"");
  }
}

/// While it lives, a statement of this connection may take as long as a migration's.
class LongPatience {
 public:
  explicit LongPatience(Connection& connection)
      : impl_(connection.impl()), before_(impl_.statement_patience) {
    impl_.statement_patience = step_patience;
  }
  ~LongPatience() { impl_.statement_patience = before_; }
  LongPatience(const LongPatience&) = delete;
  LongPatience& operator=(const LongPatience&) = delete;

 private:
  Connection::Impl& impl_;
  std::chrono::milliseconds before_;
};

/// The tables belong to whoever creates them, and row-level security trusts that the application is
/// somebody else.
void require_owner(Transaction& transaction, std::string_view schema) {
  const auto owner = transaction.execute(
      "SELECT pg_get_userbyid(nspowner), current_user FROM pg_namespace WHERE nspname = $1",
      {std::string(schema)});
  if (owner.empty()) {
    transaction.execute("CREATE SCHEMA " + std::string(schema));
  } else if (owner.text(0, 0) != owner.text(0, 1)) {
    throw std::runtime_error("migrations of schema " + std::string(schema) + " run as its owner " +
                             std::string(owner.text(0, 0)) + ", not as " +
                             std::string(owner.text(0, 1)));
  }
}

using Applied = std::map<std::string, std::string>;  // name → SHA-256

Applied read_applied(Transaction& transaction, std::string_view schema) {
  const std::string table = std::string(schema) + ".migration";
  if (!transaction.execute("SELECT to_regclass($1)", {table}).at(0, 0)) {
    transaction.execute("CREATE TABLE " + table +
                        " (name text PRIMARY KEY, sha256 text NOT NULL,"
                        " applied_at timestamptz NOT NULL DEFAULT now())");
  }
  const auto rows = transaction.execute("SELECT name, sha256 FROM " + table);
  Applied applied;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    applied.emplace(rows.text(i, 0), rows.text(i, 1));
  }
  return applied;
}

/// The first step still to do, or nothing. Throws when history and the given steps do not agree.
const Migration* next_step(const Applied& applied, std::span<const Migration> migrations) {
  for (const auto& [name, checksum] : applied) {
    const auto step = std::find_if(migrations.begin(), migrations.end(),
                                   [&](const Migration& m) { return m.name == name; });
    if (step == migrations.end()) {
      throw std::runtime_error("migration " + name +
                               " was applied, and this build does not have it");
    }
    if (sha256_hex(step->sql) != checksum) {
      throw std::runtime_error("migration " + name +
                               " was applied with another text: add a new step instead");
    }
  }
  const auto next = std::find_if(migrations.begin(), migrations.end(),
                                 [&](const Migration& m) { return !applied.contains(m.name); });
  if (next == migrations.end()) return nullptr;
  if (!applied.empty() && next->name < applied.rbegin()->first) {
    throw std::runtime_error("migration " + next->name + " comes before " +
                             applied.rbegin()->first + ", which was applied already");
  }
  return &*next;
}

/// Waits for its turn without holding a lock wait (lock_timeout would end it). Ends with the
/// transaction.
bool take_turn(Transaction& transaction, std::string_view schema) {
  const auto taken = transaction.execute(
      "SELECT pg_try_advisory_xact_lock(hashtextextended('hookswitch.migration.' || $1, 0))",
      {std::string(schema)});
  return taken.text(0, 0) == "t";
}

enum class Turn { busy, applied, done };

Turn apply_next(Connection& owner, std::string_view schema, std::span<const Migration> migrations,
                std::vector<std::string>& names) {
  Transaction transaction(owner, {});
  if (!take_turn(transaction, schema)) return Turn::busy;
  require_owner(transaction, schema);
  const Migration* step = next_step(read_applied(transaction, schema), migrations);
  if (step == nullptr) {
    transaction.commit();
    return Turn::done;
  }
  const auto patience_ms = std::chrono::milliseconds(step_patience).count();
  transaction.execute("SELECT set_config('statement_timeout', $1, true)",
                      {std::to_string(patience_ms)});
  try {
    owner.impl().run_script(step->sql);
  } catch (const StatementError& error) {
    throw std::runtime_error("migration " + step->name + " failed: " + error.what());
  } catch (const Conflict& error) {
    throw std::runtime_error("migration " + step->name + " failed: " + error.what());
  }
  transaction.execute(
      "INSERT INTO " + std::string(schema) + ".migration (name, sha256) VALUES ($1, $2)",
      {step->name, sha256_hex(step->sql)});
  transaction.commit();
  names.push_back(step->name);
  telemetry::log_info("postgres.migrated", {{"schema", schema}, {"step", step->name}});
  return Turn::applied;
}

}  // namespace

std::vector<std::string> migrate(Connection& owner, std::string_view schema,
                                 std::span<const Migration> migrations) {
  require_identifier(schema);
  if (!std::is_sorted(migrations.begin(), migrations.end(),
                      [](const Migration& a, const Migration& b) { return a.name < b.name; })) {
    throw std::invalid_argument("migrations have to be sorted by name");
  }
  const LongPatience patience(owner);
  const auto deadline = std::chrono::steady_clock::now() + turn_patience;
  std::vector<std::string> names;
  while (true) {
    switch (apply_next(owner, schema, migrations, names)) {
      case Turn::done:
        return names;
      case Turn::applied:
        break;
      case Turn::busy:
        if (std::chrono::steady_clock::now() > deadline) {
          throw Unavailable("another replica has been migrating schema " + std::string(schema) +
                            " for too long");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

}  // namespace hookswitch::postgres
