#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace hookswitch::http {

/// Received bytes in one piece of memory that is not zeroed first and moves only in reserve(). Not
/// thread safe.
class ReadBuffer {
 public:
  [[nodiscard]] std::string_view view() const { return {data_.get(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] char* free_begin() { return data_.get() + size_; }
  [[nodiscard]] std::size_t free_bytes() const { return capacity_ - size_; }
  void added(std::size_t bytes) { size_ += bytes; }
  void clear() { size_ = 0; }
  void drop_front(std::size_t bytes) {
    size_ -= bytes;
    if (size_ > 0) std::memmove(data_.get(), data_.get() + bytes, size_);
  }
  void release() {
    data_.reset();
    size_ = capacity_ = 0;
  }

  /// True when the bytes have moved (views into it are gone).
  bool reserve(std::size_t bytes) {
    if (bytes <= capacity_) return false;
    auto grown = std::make_unique_for_overwrite<char[]>(bytes);
    if (size_ > 0) std::memcpy(grown.get(), data_.get(), size_);
    data_ = std::move(grown);
    capacity_ = bytes;
    return true;
  }

  void assign(std::string_view bytes) {
    reserve(bytes.size());
    if (!bytes.empty()) std::memcpy(data_.get(), bytes.data(), bytes.size());
    size_ = bytes.size();
  }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace hookswitch::http
