#pragma once
#include <hookswitch/events/record.hpp>
#include <hookswitch/postgres/array.hpp>

namespace hookswitch::messaging {

/// Records as the outbox has them: an array for each of its columns topic, key, value, headers.
struct OutboxRecords {
  postgres::Array topics{postgres::Array::Of::text};
  postgres::Array keys{postgres::Array::Of::bytea};
  postgres::Array values{postgres::Array::Of::bytea};
  postgres::Array headers{postgres::Array::Of::bytea};

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
