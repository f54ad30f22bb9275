#include <hookswitch/messaging/header_bytes.hpp>

#include <cstdint>
#include <stdexcept>

namespace hookswitch::messaging {
namespace {

constexpr std::size_t length_bytes = 4;

void put(std::string& bytes, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  for (unsigned shift = 0; shift < 32; shift += 8) {
    bytes += static_cast<char>((size >> shift) & 0xffU);
  }
  bytes += text;
}

std::string take(std::string_view& bytes) {
  if (bytes.size() < length_bytes) throw std::runtime_error("outbox headers are cut short");
  std::uint32_t size = 0;
  for (unsigned i = 0; i < length_bytes; ++i) {
    size |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  bytes.remove_prefix(length_bytes);
  if (bytes.size() < size) throw std::runtime_error("outbox headers are cut short");
  std::string text(bytes.substr(0, size));
  bytes.remove_prefix(size);
  return text;
}

}  // namespace

std::string header_bytes(const std::vector<events::Header>& headers) {
  std::string bytes;
  for (const auto& header : headers) {
    put(bytes, header.name);
    put(bytes, header.value);
  }
  return bytes;
}

std::vector<events::Header> headers_of(std::string_view bytes) {
  std::vector<events::Header> headers;
  while (!bytes.empty()) {
    auto name = take(bytes);
    headers.push_back({std::move(name), take(bytes)});
  }
  return headers;
}

}  // namespace hookswitch::messaging
