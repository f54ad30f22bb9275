#include <hookswitch/postgres/array.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <stdexcept>

namespace hookswitch::postgres {
namespace {

// PostgreSQL 15, src/backend/utils/adt/arrayfuncs.c, array_recv: dimensions, "has NULLs", the
// elements' type, then for each dimension its length and its first index; then the elements, each
// behind its length, -1 for NULL. All are integers of four bytes, the highest first.
constexpr std::size_t dimensions_at = 0;
constexpr std::size_t has_nulls_at = 4;
constexpr std::size_t type_at = 8;
constexpr std::size_t size_at = 12;  // where an array without elements ends
constexpr std::size_t first_index_at = 16;
constexpr std::size_t header_bytes = 20;
constexpr std::size_t length_bytes = 4;
constexpr std::size_t bytes_max = std::size_t{1000} * 1024 * 1024;  // its messages: 1 GiB

template <std::size_t Bytes>
std::array<char, Bytes> big_endian(std::uint64_t value) {
  std::array<char, Bytes> bytes{};
  for (std::size_t i = 0; i < Bytes; ++i) {
    bytes[i] = static_cast<char>((value >> (8 * (Bytes - 1 - i))) & 0xFFU);
  }
  return bytes;
}

template <std::size_t Bytes>
std::string_view view(const std::array<char, Bytes>& bytes) {
  return {bytes.data(), bytes.size()};
}

void put(std::string& bytes, std::size_t at, std::uint32_t value) {
  const auto four = big_endian<4>(value);
  std::copy(four.begin(), four.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

Array::Array(Of type) : type_(type), bytes_(header_bytes, '\0') {
  put(bytes_, type_at, static_cast<std::uint32_t>(type));
  put(bytes_, first_index_at, 1);
}

std::string_view Array::bytes() const {
  return std::string_view(bytes_).substr(0, size_ == 0 ? size_at : bytes_.size());
}

void Array::reserve(std::size_t elements, std::size_t bytes) {
  bytes_.reserve(bytes_.size() + elements * length_bytes + bytes);
}

void Array::element(Of type, std::string_view bytes) {
  if (type != type_) throw std::logic_error("an array has elements of one type");
  if (bytes_.size() + bytes.size() > bytes_max) {
    throw std::length_error("an array is longer than a message to PostgreSQL may be");
  }
  bytes_ += view(big_endian<4>(bytes.size()));
  bytes_ += bytes;
  put(bytes_, dimensions_at, 1);
  put(bytes_, size_at, ++size_);
}

void Array::add(std::string_view bytes) {
  element(type_ == Of::bytea ? Of::bytea : Of::text, bytes);
}
void Array::add(std::int64_t number) {
  element(Of::bigint, view(big_endian<8>(static_cast<std::uint64_t>(number))));
}
void Array::add(std::int32_t number) {
  element(Of::integer, view(big_endian<4>(static_cast<std::uint32_t>(number))));
}
void Array::add(const Uuid& id) {
  element(Of::uuid, {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
}

void Array::add_null() {
  bytes_ += view(big_endian<4>(std::numeric_limits<std::uint32_t>::max()));
  put(bytes_, has_nulls_at, 1);
  put(bytes_, dimensions_at, 1);
  put(bytes_, size_at, ++size_);
}

}  // namespace hookswitch::postgres
