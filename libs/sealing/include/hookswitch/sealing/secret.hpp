#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace hookswitch::sealing {

/// Bytes that nobody finds in memory afterwards: overwritten when they go. Moves, never copies by
/// accident.
class Secret {
 public:
  Secret() = default;
  /// That many zero bytes, to be filled.
  explicit Secret(std::size_t size);
  [[nodiscard]] static Secret copy_of(std::string_view bytes);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Valid as long as the Secret.
  [[nodiscard]] std::string_view view() const { return {data_.get(), size_}; }
  [[nodiscard]] std::span<char> bytes() { return {data_.get(), size_}; }

 private:
  void forget();

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
};

/// Whether they are the same bytes, in a time that depends on the sizes only.
[[nodiscard]] bool same(const Secret& one, const Secret& other);

}  // namespace hookswitch::sealing
