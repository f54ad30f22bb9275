#include "parse.hpp"
#include "tape.hpp"

#include <hookswitch/json/document.hpp>

namespace hookswitch::json {
namespace {

/// The tape of the thread's last Document, for its next one. `gone` outlives the slot, so that a
/// Document that is destroyed at the very end of a thread does not touch it.
thread_local bool gone = false;
struct Spare {
  std::unique_ptr<Tape> tape;
  ~Spare() { gone = true; }
};
thread_local Spare spare;

std::unique_ptr<Tape> take_tape() {
  if (!gone && spare.tape) return std::move(spare.tape);
  return std::make_unique<Tape>();
}

void give_back(std::unique_ptr<Tape> tape) {
  if (gone || !tape) return;
  tape->shrink();
  spare.tape = std::move(tape);
}

}  // namespace

Document::Document(std::unique_ptr<Tape> tape) : tape_(std::move(tape)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&& other) noexcept {
  if (this != &other) {
    give_back(std::move(tape_));
    tape_ = std::move(other.tape_);
  }
  return *this;
}
Document::~Document() { give_back(std::move(tape_)); }

Result<Document> Document::parse(std::string_view text, const Limits& limits,
                                 std::span<const std::string_view> raw_places) {
  return parse_into_tape(text, true, limits, raw_places);
}

Result<Document> Document::parse_borrowed(std::string_view text, const Limits& limits,
                                          std::span<const std::string_view> raw_places) {
  return parse_into_tape(text, false, limits, raw_places);
}

Result<Document> Document::parse_into_tape(std::string_view text, bool copied, const Limits& limits,
                                           std::span<const std::string_view> raw_places) {
  if (auto refused = size_refused(text, limits)) return *std::move(refused);
  std::unique_ptr<Tape> tape = take_tape();
  tape->clear();
  tape->raw_places = raw_places;
  tape->sent = text;
  if (copied) tape->copy.assign(text);
  auto refused = parse_into(*tape, tape->strings, copied ? tape->copy : text, limits);
  tape->raw_places = {};
  if (refused) {
    give_back(std::move(tape));
    return *std::move(refused);
  }
  return Document(std::move(tape));
}

Value Document::root() const { return {tape_.get(), 0}; }

}  // namespace hookswitch::json
