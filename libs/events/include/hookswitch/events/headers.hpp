#pragma once
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hookswitch::events {

/// A header as views into storage that someone else keeps alive.
struct HeaderView {
  std::string_view name;
  std::string_view value;
  friend bool operator==(const HeaderView&, const HeaderView&) = default;
};

/// The headers of a record to be written, in their order and in one piece of memory: for each name
/// and value a length (4 bytes, little endian) and the bytes. The outbox keeps them so, for header
/// values need not be text. Value type; views into it end when it changes.
class Headers {
 public:
  class Iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = HeaderView;

    Iterator() = default;
    explicit Iterator(const char* at) : at_(at) {}
    HeaderView operator*() const;
    Iterator& operator++();
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const char* at_ = nullptr;
  };

  Headers() = default;
  Headers(std::initializer_list<HeaderView> headers);
  /// From what bytes() has given. Throws std::runtime_error for anything else.
  [[nodiscard]] static Headers of_bytes(std::string bytes);

  /// Behind the others, be there one of that name or not. The texts are none of its own.
  void add(std::string_view name, std::string_view value);
  /// Those that `unwanted` says true of.
  template <class Unwanted>
  void erase_if(Unwanted unwanted) {
    Headers kept;
    for (const HeaderView header : *this) {
      if (!unwanted(header)) kept.add(header.name, header.value);
    }
    *this = std::move(kept);
  }

  /// The value of the last one of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  /// As views, in the order in which they were added.
  [[nodiscard]] Iterator begin() const { return Iterator(bytes_.data()); }
  [[nodiscard]] Iterator end() const { return Iterator(bytes_.data() + bytes_.size()); }
  /// How many there are. Counts them.
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(std::ranges::distance(begin(), end()));
  }
  /// All of them, as of_bytes() takes them.
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  friend bool operator==(const Headers&, const Headers&) = default;

 private:
  std::string bytes_;
};

}  // namespace hookswitch::events
