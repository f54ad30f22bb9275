#include <hookswitch/events/headers.hpp>

#include <cstdint>
#include <stdexcept>
#include <utility>

namespace hookswitch::events {
namespace {

constexpr std::size_t length_bytes = 4;
/// What the headers of an event take.
constexpr std::size_t first_room = 640;

void put(std::string& bytes, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  for (unsigned shift = 0; shift < 32; shift += 8) {
    bytes += static_cast<char>((size >> shift) & 0xFFU);
  }
  bytes += text;
}

std::size_t length_at(const char* at) {
  std::size_t length = 0;
  for (unsigned i = 0; i < length_bytes; ++i) {
    length |= static_cast<std::size_t>(static_cast<unsigned char>(at[i])) << (8 * i);
  }
  return length;
}

std::string_view text_at(const char* at) { return {at + length_bytes, length_at(at)}; }
const char* behind(std::string_view text) { return text.data() + text.size(); }

/// Cuts a name or a value off.
void skip(std::string_view& bytes) {
  if (bytes.size() < length_bytes || bytes.size() - length_bytes < length_at(bytes.data())) {
    throw std::runtime_error("headers are cut short");
  }
  bytes.remove_prefix(length_bytes + length_at(bytes.data()));
}

}  // namespace

HeaderView Headers::Iterator::operator*() const {
  const std::string_view name = text_at(at_);
  return {name, text_at(behind(name))};
}

Headers::Iterator& Headers::Iterator::operator++() {
  at_ = behind((**this).value);
  return *this;
}

Headers::Headers(std::initializer_list<HeaderView> headers) {
  for (const HeaderView& header : headers) add(header.name, header.value);
}

Headers Headers::of_bytes(std::string bytes) {
  for (std::string_view rest = bytes; !rest.empty();) {
    skip(rest);  // a name
    skip(rest);  // its value
  }
  Headers headers;
  headers.bytes_ = std::move(bytes);
  return headers;
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  std::optional<std::string_view> last;
  for (const HeaderView header : *this) {
    if (header.name == name) last = header.value;
  }
  return last;
}

void Headers::add(std::string_view name, std::string_view value) {
  if (bytes_.empty()) bytes_.reserve(first_room);
  put(bytes_, name);
  put(bytes_, value);
}

}  // namespace hookswitch::events
