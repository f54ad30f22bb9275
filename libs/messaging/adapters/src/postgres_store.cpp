#include "outbox_records.hpp"
#include "runtime_tables.hpp"
#include "statements.hpp"
#include "translated.hpp"

#include <hookswitch/messaging/postgres_ports.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace hookswitch::messaging {
namespace {

postgres::Array uuid_array(std::vector<Uuid> ids) {
  std::sort(ids.begin(), ids.end());  // locks are taken in this order by everybody
  postgres::Array array(postgres::Array::Of::uuid);
  for (const auto& id : ids) array.add(id);
  return array;
}

postgres::Array id_array(std::span<const std::int64_t> ids) {
  postgres::Array array(postgres::Array::Of::bigint);
  for (const auto id : ids) array.add(id);
  return array;
}

/// The partitions as two arrays for unnest.
std::pair<postgres::Array, postgres::Array> partition_arrays(
    std::span<const InputPartition> partitions) {
  std::pair arrays{postgres::Array(postgres::Array::Of::text),
                   postgres::Array(postgres::Array::Of::integer)};
  for (const auto& partition : partitions) {
    arrays.first.add(partition.topic);
    arrays.second.add(partition.partition);
  }
  return arrays;
}

AttemptCount attempt_count(const postgres::Rows& rows) {
  if (rows.empty()) return {};
  return {static_cast<int>(rows.integer(0, 0)), static_cast<int>(rows.integer(0, 1)),
          from_epoch_ms(rows.integer(0, 2)), std::string(rows.at(0, 3).value_or(""))};
}

class PostgresTransaction final : public StoreTransaction {
 public:
  PostgresTransaction(postgres::Connection& connection, std::span<const TenantId> tenants,
                      const Statements& sql, const PostgresHandlerFactory& handlers)
      : transaction_(connection, tenants), sql_(sql), handlers_(handlers) {}

  void foresee(std::span<const events::Envelope* const> envelopes) override {
    foreseen_.assign(envelopes.begin(), envelopes.end());
  }

  std::vector<bool> admit(std::span<const InboxEntry> entries) override {
    std::vector<Uuid> all;
    std::vector<Uuid> replayed;
    for (const auto& entry : entries) {
      all.push_back(entry.id);
      if (entry.replayed) replayed.push_back(entry.id);
    }
    std::unordered_set<Uuid> admitted;
    translated([&] {
      std::vector asked{transaction_.ask(sql_.admit, {uuid_array(std::move(all))})};
      if (!replayed.empty()) {
        asked.push_back(transaction_.ask(sql_.revive, {uuid_array(std::move(replayed))}));
      }
      // Behind the inbox, which waits for whoever has the same message in work.
      if (!foreseen_.empty()) handler().foresee(std::exchange(foreseen_, {}));
      transaction_.flush();
      for (const auto& answer : asked) collect(answer.rows(), admitted);
    });
    std::vector<bool> flags;
    flags.reserve(entries.size());
    for (const auto& entry : entries) flags.push_back(admitted.contains(entry.id));
    return flags;
  }

  std::vector<Outcome> handle(std::span<const Delivery> deliveries, TimePoint now) override {
    return translated([&] { return handler().handle(deliveries, now); });
  }

  void mark_dead(std::span<const Uuid> ids) override {
    translated([&] { transaction_.queue(sql_.mark_dead, {uuid_array({ids.begin(), ids.end()})}); });
  }

  void write_outbox(const OutboxWrite& write) override {
    using postgres::Array;
    std::pair input{Array(Array::Of::text), Array(Array::Of::integer)};
    OutboxRecords records;
    records.reserve(write.rows);
    for (const auto& row : write.rows) {
      input.first.add(row.input.topic);
      input.second.add(row.input.partition);
      records.add(row.record);
    }
    auto watched = partition_arrays(write.watched);
    // Not from a list, which would copy them.
    outbox_.clear();
    for (auto* array : {&input.first, &input.second, &records.topics, &records.keys,
                        &records.values, &records.headers}) {
      outbox_.emplace_back(std::move(*array));
    }
    outbox_.emplace_back(id_array(write.published));
    outbox_.emplace_back(id_array(write.known));
    outbox_.emplace_back(std::move(watched.first));
    outbox_.emplace_back(std::move(watched.second));
  }

  void clear_attempt(const events::Position& position) override {
    translated([&] {
      transaction_.queue(sql_.clear_attempt, {position.topic, std::to_string(position.partition),
                                              std::to_string(position.offset)});
    });
  }

  void rehearse() override {
    handler_.reset();
    translated([&] {
      if (outbox_.empty()) return transaction_.flush();
      written_ = written(transaction_.execute(sql_.write_outbox, std::exchange(outbox_, {})));
    });
  }

  OutboxWritten commit() override {
    handler_.reset();
    return translated([&] {
      if (outbox_.empty()) {
        transaction_.commit();
        return std::move(written_);
      }
      return written(transaction_.execute_and_commit(sql_.write_outbox, outbox_));
    });
  }

 private:
  BatchHandler& handler() {
    if (!handler_) handler_ = handlers_(transaction_);
    return *handler_;
  }

  static void collect(const postgres::Rows& rows, std::unordered_set<Uuid>& ids) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (const auto id = Uuid::parse(rows.text(i, 0))) ids.insert(*id);
    }
  }

  static OutboxWritten written(const postgres::Rows& rows) {
    OutboxWritten written;
    for (std::size_t i = 0; i < rows.size(); ++i) written.ids.push_back(rows.integer(i, 0));
    written.strangers = !rows.empty() && rows.text(0, 1) == "t";
    return written;
  }

  postgres::Transaction transaction_;
  const Statements& sql_;
  const PostgresHandlerFactory& handlers_;
  std::unique_ptr<BatchHandler> handler_;  ///< made when it is needed
  std::vector<const events::Envelope*> foreseen_;
  std::vector<postgres::Parameter> outbox_;  ///< of the statement that goes out with the commit
  OutboxWritten written_;                    ///< by a rehearsal
};

class PostgresStore final : public Store {
 public:
  PostgresStore(const postgres::ConnectionOptions& options, const std::string& schema,
                PostgresHandlerFactory handlers, PostgresTenantFinder find_tenants)
      : connection_(options),
        schema_(quoted_identifier(schema)),
        sql_(statements(schema_)),
        handlers_(std::move(handlers)),
        find_tenants_(std::move(find_tenants)) {}

  std::vector<std::optional<TenantId>> owners(
      std::span<const events::Envelope* const> tenantless) override {
    if (!find_tenants_) return Store::owners(tenantless);
    return translated([&] { return find_tenants_(connection_, tenantless); });
  }

  std::unique_ptr<StoreTransaction> begin(std::span<const TenantId> tenants) override {
    return translated([&]() -> std::unique_ptr<StoreTransaction> {
      return std::make_unique<PostgresTransaction>(connection_, tenants, sql_, handlers_);
    });
  }

  AttemptCount begin_attempt(const events::Position& position, TimePoint now) override {
    return attempt_count(
        alone(sql_.begin_attempt,
              {position.topic, std::to_string(position.partition), std::to_string(position.offset),
               instance_, run_, format_rfc3339(now)}));
  }

  AttemptCount end_attempt(const events::Position& position,
                           const std::optional<std::string>& error_code, TimePoint) override {
    return attempt_count(
        alone(sql_.end_attempt, {position.topic, std::to_string(position.partition),
                                 std::to_string(position.offset), error_code}));
  }

  std::vector<OutboxRow> load_outbox(std::span<const InputPartition> partitions,
                                     std::span<const std::int64_t> known, std::size_t rows_max,
                                     std::size_t bytes_max) override {
    const auto [topics, numbers] = partition_arrays(partitions);
    const auto found = alone(sql_.load_outbox, {std::to_string(rows_max), std::to_string(bytes_max),
                                                topics, numbers, id_array(known)});
    std::vector<OutboxRow> rows;
    for (std::size_t i = 0; i < found.size(); ++i) {
      OutboxRow row;
      row.id = found.integer(i, 0);
      row.input = {std::string(found.text(i, 1)), static_cast<std::int32_t>(found.integer(i, 2))};
      row.record.topic = std::string(found.text(i, 3));
      row.record.key = postgres::bytea_bytes(found.text(i, 4));
      if (const auto value = found.at(i, 5)) row.record.value = postgres::bytea_bytes(*value);
      row.record.headers = events::Headers::of_bytes(postgres::bytea_bytes(found.text(i, 6)));
      rows.push_back(std::move(row));
    }
    return rows;
  }

  void remove_outbox(std::span<const std::int64_t> ids) override {
    std::ignore = alone(sql_.remove_outbox, {id_array(ids)});
  }

  OutboxBacklog outbox_backlog() override {
    const auto rows = alone(sql_.outbox_backlog, {});
    return {rows.integer(0, 0), static_cast<double>(rows.integer(0, 1)) / 1000.0};
  }

  bool open_run(const std::string& instance, TimePoint now) override {
    const auto rows = alone(sql_.open_run, {instance, format_rfc3339(now)});
    instance_ = instance;
    run_ = std::string(rows.text(0, 1));
    return rows.text(0, 0) == "t";
  }

  void close_run(const std::string& instance, TimePoint now) override {
    std::ignore = alone(sql_.close_run, {instance, format_rfc3339(now), run_});
  }

  std::size_t prune_inbox(int days, std::size_t rows_max) override {
    return alone(messaging::prune_inbox(schema_, days, rows_max), {}).affected();
  }

 private:
  postgres::Rows alone(const std::string& sql, const std::vector<postgres::Parameter>& parameters) {
    return translated([&] { return postgres::execute_alone(connection_, sql, parameters); });
  }

  postgres::Connection connection_;
  std::string schema_;
  Statements sql_;
  PostgresHandlerFactory handlers_;
  PostgresTenantFinder find_tenants_;
  std::string instance_;
  std::string run_ = "0";
};

}  // namespace

std::unique_ptr<Store> make_postgres_store(const postgres::ConnectionOptions& options,
                                           const std::string& schema,
                                           PostgresHandlerFactory handlers,
                                           PostgresTenantFinder find_tenants) {
  return std::make_unique<PostgresStore>(options, schema, std::move(handlers),
                                         std::move(find_tenants));
}

}  // namespace hookswitch::messaging
