#pragma once
#include <string>

namespace hookswitch::messaging {

/// The runtime's SQL, made once for a schema.
struct Statements {
  std::string admit, revive, mark_dead, write_outbox, clear_attempt, begin_attempt, end_attempt,
      load_outbox, remove_outbox, outbox_backlog, open_run, close_run, prune_inbox;
};

/// `s`: the schema, quoted.
[[nodiscard]] Statements statements(const std::string& s);

}  // namespace hookswitch::messaging
