#pragma once
#include <cstddef>
#include <string>

namespace hookswitch::messaging {

/// The runtime's SQL, made once for a schema.
struct Statements {
  std::string admit, revive, mark_dead, write_outbox, clear_attempt, begin_attempt, end_attempt,
      load_outbox, remove_outbox, outbox_backlog, open_run, close_run;
};

/// `s`: the schema, quoted.
[[nodiscard]] Statements statements(const std::string& s);
/// With the numbers in its text: a plan for any numbers would read the whole inbox.
[[nodiscard]] std::string prune_inbox(const std::string& s, int days, std::size_t rows_max);

}  // namespace hookswitch::messaging
