#include "tape.hpp"

#include <algorithm>
#include <string>

namespace hookswitch::json {
namespace {

constexpr std::size_t kept_bytes = std::size_t{256} * 1024;
constexpr std::size_t kept_nodes = std::size_t{16} * 1024;

std::uint32_t narrow(std::size_t value) { return static_cast<std::uint32_t>(value); }

/// Takes "/name" off the pointer's end; false when something else stands there.
bool strip_last(std::string_view& pointer, std::string_view name) {
  if (!pointer.ends_with(name) || name.find('/') != std::string_view::npos) return false;
  pointer.remove_suffix(name.size());
  if (!pointer.ends_with('/')) return false;
  pointer.remove_suffix(1);
  return true;
}

}  // namespace

void append_segment(std::string& path, std::string_view name) {
  path.push_back('/');
  for (const char c : name) {
    if (c == '~') {
      path.append("~0");
    } else if (c == '/') {
      path.append("~1");
    } else {
      path.push_back(c);
    }
  }
}

std::string Tape::path(std::uint32_t index) const {
  std::vector<std::uint32_t> way;
  for (; index != nodes_[index].parent; index = nodes_[index].parent) way.push_back(index);
  std::string path;
  for (auto at = way.rbegin(); at != way.rend(); ++at) {
    const Node& node = nodes_[*at];
    const bool in_array = nodes_[node.parent].kind == Value::Kind::array;
    append_segment(path, in_array ? std::to_string(node.key) : key(node));
  }
  return path;
}

void Tape::shrink() {
  strings.shrink_to(kept_bytes);
  if (copy.capacity() > kept_bytes) copy = {};
  if (nodes_.capacity() > kept_nodes) {
    nodes_ = {};
    elements_ = {};
  }
}

void Tape::clear() {
  nodes_.clear();
  elements_.clear();
  open_.clear();
  raw_member_ = false;
  closed_levels_ = 0;
}

Tape::Node& Tape::append(Value::Kind kind, std::size_t offset) {
  const std::uint32_t index = narrow(nodes_.size());
  Node& node = nodes_.emplace_back();
  node.kind = kind;
  node.offset = narrow(offset);
  node.next = index + 1;
  if (open_.empty()) return node;
  node.parent = open_.back();
  Node& container = nodes_[node.parent];
  const bool member = container.kind == Value::Kind::object;
  node.key = member ? key_ : container.size;
  node.key_length = member ? key_length_ : 0;
  ++container.size;
  return node;
}

void Tape::append_string(const DecodedString& decoded, std::size_t offset, std::size_t length) {
  Node& node = append(Value::Kind::string, offset);
  node.length = narrow(length);
  node.content = decoded.place;
  node.size = narrow(decoded.characters.size());
}

bool Tape::is_raw_place(std::string_view name) const {
  return std::any_of(raw_places.begin(), raw_places.end(), [&](std::string_view pointer) {
    if (!strip_last(pointer, name)) return false;
    for (std::size_t i = open_.size() - 1; i > 0; --i) {
      const bool member = nodes_[open_[i - 1]].kind == Value::Kind::object;
      if (!member || !strip_last(pointer, key(nodes_[open_[i]]))) return false;
    }
    return pointer.empty();
  });
}

void Tape::open(Value::Kind kind, std::size_t offset) {
  const bool member = !open_.empty() && nodes_[open_.back()].kind == Value::Kind::object;
  const bool closed = member && raw_member_;
  append(kind, offset).closed = closed;
  closed_levels_ = closed ? 1 : 0;
  open_.push_back(narrow(nodes_.size() - 1));
}

void Tape::close(std::size_t closing_offset) {
  closed_levels_ = 0;
  const std::uint32_t index = open_.back();
  open_.pop_back();
  Node& container = nodes_[index];
  container.length = narrow(closing_offset + 1 - container.offset);
  container.next = narrow(nodes_.size());
  if (container.kind != Value::Kind::array || container.closed) return;
  container.content = narrow(elements_.size());
  for (std::uint32_t at = index + 1; at < container.next; at = nodes_[at].next) {
    elements_.push_back(at);
  }
}

}  // namespace hookswitch::json
