#pragma once
#include <hookswitch/events/record.hpp>
#include <hookswitch/messaging/ports.hpp>
#include <hookswitch/postgres/array.hpp>

#include <cstddef>
#include <span>

namespace hookswitch::messaging {

/// Records as the outbox has them: an array for each of its columns topic, key, value, headers.
struct OutboxRecords {
  postgres::Array topics{postgres::Array::Of::text};
  postgres::Array keys{postgres::Array::Of::bytea};
  postgres::Array values{postgres::Array::Of::bytea};
  postgres::Array headers{postgres::Array::Of::bytea};

  /// Makes room for the values and headers of `rows`, which are long; topics and keys may grow.
  void reserve(std::span<const OutboxRow> rows) {
    std::size_t value_bytes = 0;
    std::size_t header_bytes = 0;
    for (const auto& row : rows) {
      value_bytes += row.record.value ? row.record.value->size() : 0;
      header_bytes += row.record.headers.bytes().size();
    }
    values.reserve(rows.size(), value_bytes);
    headers.reserve(rows.size(), header_bytes);
  }

  void add(const events::OutboundRecord& record) {
    topics.add(record.topic);
    keys.add(record.key);
    if (record.value) {
      values.add(*record.value);
    } else {
      values.add_null();
    }
    headers.add(record.headers.bytes());
  }
};

}  // namespace hookswitch::messaging
