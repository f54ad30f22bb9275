#pragma once
#include "../dead_letters/dead_letters.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::cli {

/// The open dead letters of every dead-letter topic that the choice covers. Throws
/// kafka::Unavailable.
[[nodiscard]] std::vector<DeadLetter> open_dead_letters(const std::string& brokers,
                                                        const DeadLetterChoice& choice);

/// The ids of the choice that none of these letters has.
[[nodiscard]] std::vector<std::string> ids_without_letter(const DeadLetterChoice& choice,
                                                          const std::vector<DeadLetter>& letters);

/// Marks them as done with; false when a marker was not confirmed. Throws kafka::Unavailable.
[[nodiscard]] bool close_dead_letters(const std::string& brokers,
                                      const std::vector<DeadLetter>& letters,
                                      std::string_view action);

}  // namespace hookswitch::cli
