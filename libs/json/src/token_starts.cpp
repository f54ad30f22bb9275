#include "token_starts.hpp"

#include "utf8.hpp"

#include <simdjson.h>

#include <algorithm>
#include <new>
#include <utility>

namespace hookswitch::json {

namespace {

/// What simdjson takes where a processor has no SSE4.2 looks for UTF-8 in strings only, and there
/// one byte behind a text that ends within a character.
bool needs_utf8() { return simdjson::get_active_implementation()->name() == "fallback"; }

}  // namespace

struct TokenStarts::Impl {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;

  void make_room_for(std::size_t bytes) {
    if (stages && stages->capacity() >= bytes) return;
    constexpr std::size_t first_room = std::size_t{16} * 1024;
    constexpr std::size_t depth = 1;  // of its second stage, which is never run
    const std::size_t room = std::max({bytes, first_room, stages ? 2 * stages->capacity() : 0});
    std::unique_ptr<simdjson::internal::dom_parser_implementation> made;
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            room, depth, made) != simdjson::SUCCESS) {
      throw std::bad_alloc();
    }
    stages = std::move(made);
  }
};

TokenStarts::TokenStarts() : impl_(std::make_unique<Impl>()) {}
TokenStarts::~TokenStarts() = default;

bool TokenStarts::find(std::string_view text) {
  impl_->make_room_for(text.size());
  auto& stages = *impl_->stages;
  // It has room behind the last for three more.
  const auto end_at = [&](std::uint32_t count) {
    stages.structural_indexes[count] = static_cast<std::uint32_t>(text.size());
    return true;
  };
  if (text.empty()) return end_at(0);
  if (needs_utf8() && utf8_prefix(text) != text.size()) return false;
  switch (stages.stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                        simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS:
      return end_at(stages.n_structural_indexes);
    case simdjson::EMPTY:
      return end_at(0);
    default:
      return false;
  }
}

const std::uint32_t* TokenStarts::offsets() const {
  return impl_->stages->structural_indexes.get();
}

void TokenStarts::shrink_to(std::size_t bytes_max) {
  if (impl_->stages && impl_->stages->capacity() > bytes_max) impl_->stages.reset();
}

}  // namespace hookswitch::json
