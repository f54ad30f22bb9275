#pragma once
#include "strings.hpp"

#include <hookswitch/json/document.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookswitch::json {

/// A parsed text as a flat list of places in document order; a container is followed by what it
/// holds. It is the sink that parse_into() fills.
class Tape {
 public:
  struct Node {
    std::uint32_t parent = 0;   ///< the container's index; the root has its own
    std::uint32_t next = 0;     ///< the index behind everything that this place holds
    std::uint32_t offset = 0;   ///< of its first byte in the text
    std::uint32_t length = 0;   ///< bytes as sent
    std::uint32_t size = 0;     ///< elements or members; of a string, bytes decoded
    std::uint32_t content = 0;  ///< of a string: its place in `strings`; of an array: where its
                                ///< part of the element table starts
    std::uint32_t key = 0;      ///< the name's place in `strings`; of an element, its index
    std::uint32_t key_length = 0;
    Value::Kind kind = Value::Kind::null;
    bool closed = false;  ///< a container whose places were not kept
  };

  std::string_view sent;                         ///< the text that was parsed
  std::string copy;                              ///< of it, unless it outlives the Document
  Strings strings;                               ///< of the copy, or of what was sent
  std::span<const std::string_view> raw_places;  ///< while parsing: see Document::parse()

  [[nodiscard]] const Node& operator[](std::uint32_t index) const { return nodes_[index]; }
  /// Of an array that is not closed, the index of its element.
  [[nodiscard]] std::uint32_t element(const Node& array, std::size_t index) const {
    return elements_[array.content + index];
  }
  [[nodiscard]] std::string_view key(const Node& node) const {
    return strings.at(node.key, node.key_length);
  }
  [[nodiscard]] std::string_view decoded(const Node& node) const {
    return strings.at(node.content, node.size);
  }
  /// The bytes as sent.
  [[nodiscard]] std::string_view raw(const Node& node) const {
    return sent.substr(node.offset, node.length);
  }
  /// RFC 6901.
  [[nodiscard]] std::string path(std::uint32_t index) const;

  /// Calls use(name, index) for each member of an object until it returns false.
  template <class Use>
  void for_each_member(std::uint32_t object, Use&& use) const {
    for (std::uint32_t at = object + 1; at < nodes_[object].next; at = nodes_[at].next) {
      if (!use(key(nodes_[at]), at)) return;
    }
  }

  /// Gives memory back when a rare large text took much of it.
  void shrink();

  /// Forgets the last text.
  void clear();

  // The sink.
  void scalar(Value::Kind kind, std::size_t offset, std::size_t length) {
    if (passed_over()) return;
    append(kind, offset).length = static_cast<std::uint32_t>(length);
  }
  void string(const DecodedString& decoded, std::size_t offset, std::size_t length) {
    if (passed_over()) return;
    append_string(decoded, offset, length);
  }
  void key(const DecodedString& decoded) {
    if (closed_levels_ > 0) return;
    key_ = decoded.place;
    key_length_ = static_cast<std::uint32_t>(decoded.characters.size());
    raw_member_ = !raw_places.empty() && is_raw_place(decoded.characters);
  }
  void begin(Value::Kind kind, std::size_t offset) {
    if (passed_over()) {
      ++closed_levels_;
    } else {
      open(kind, offset);
    }
  }
  void end(std::size_t closing_offset) {
    if (closed_levels_ > 1) {
      --closed_levels_;
    } else {
      close(closing_offset);
    }
  }

 private:
  Node& append(Value::Kind kind, std::size_t offset);
  void append_string(const DecodedString& decoded, std::size_t offset, std::size_t length);
  void open(Value::Kind kind, std::size_t offset);
  void close(std::size_t closing_offset);
  /// True for a member of this name where the tape is now.
  [[nodiscard]] bool is_raw_place(std::string_view name) const;
  /// True for a place within a closed container, whose own places it counts.
  bool passed_over() {
    if (closed_levels_ == 1) ++nodes_[open_.back()].size;
    return closed_levels_ > 0;
  }

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> elements_;
  std::vector<std::uint32_t> open_;  ///< containers not yet closed
  std::uint32_t key_ = 0;
  std::uint32_t key_length_ = 0;
  bool raw_member_ = false;        ///< the member that comes is one of raw_places
  std::size_t closed_levels_ = 0;  ///< how deep within a closed container, itself included
};

/// Appends "/name" with the escapes of RFC 6901.
void append_segment(std::string& path, std::string_view name);

}  // namespace hookswitch::json
