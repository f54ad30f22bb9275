#include "parse.hpp"

#include <hookswitch/json/routing.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace hookswitch::json {
namespace {

constexpr std::size_t segments_max = 16;
constexpr std::size_t kept_bytes = std::size_t{256} * 1024;

std::string unescaped(std::string_view segment) {
  std::string out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '~') {
      out.push_back(segment[i]);
      continue;
    }
    const char code = ++i < segment.size() ? segment[i] : '\0';
    if (code != '0' && code != '1') throw std::invalid_argument("JSON pointer: stray ~");
    out.push_back(code == '0' ? '~' : '/');
  }
  return out;
}

}  // namespace

/// The sink: keeps what is wanted, forgets the rest.
class Picker {
 public:
  Picker(const Places& places, std::string_view text)
      : places_(places), text_(text), seen_(places.nodes_.size(), 0), fields_(places.size()) {}

  void scalar(Value::Kind kind, std::size_t offset, std::size_t length) {
    value(kind, kind == Value::Kind::null ? std::string_view{} : text_.substr(offset, length));
  }
  void string(const DecodedString& decoded, std::size_t /*offset*/, std::size_t /*length*/) {
    value(Value::Kind::string, decoded.characters);
  }
  void key(const DecodedString& name) {
    if (depth_ > places_.depth_) return;
    here_ = child(way_[depth_ - 1], name.characters);
    if (here_ != none) ++seen_[here_];
  }
  void begin(Value::Kind kind, std::size_t /*offset*/) {
    value(kind, {});
    if (depth_ < places_.depth_) way_[depth_] = kind == Value::Kind::object ? here_ : none;
    ++depth_;
    here_ = none;
  }
  void end(std::size_t /*closing_offset*/) {
    --depth_;
    here_ = none;
  }

  [[nodiscard]] std::vector<Field> take() {
    for (std::size_t place = 0; place < fields_.size(); ++place) {
      fields_[place].count = count(places_.node_of_[place]);
    }
    return std::move(fields_);
  }

 private:
  static constexpr std::size_t whole = 0;  ///< the node of the whole text
  static constexpr std::size_t none = Places::Node::none;

  [[nodiscard]] std::size_t child(std::size_t node, std::string_view name) const {
    if (node == none) return none;
    for (const std::size_t child : places_.nodes_[node].children) {
      if (places_.nodes_[child].name == name) return child;
    }
    return none;
  }

  void value(Value::Kind kind, std::string_view text) {
    if (here_ == none) return;
    const std::size_t place = places_.nodes_[here_].place;
    if (place == none || most_often(here_) > 1) return;
    fields_[place].kind = kind;
    fields_[place].text = text;
  }

  /// How often the most repeated member on the way to the node has occurred.
  [[nodiscard]] std::uint32_t most_often(std::size_t node) const {
    std::uint32_t most = 0;
    for (; node != whole; node = places_.nodes_[node].parent) most = std::max(most, seen_[node]);
    return most;
  }
  [[nodiscard]] std::uint32_t count(std::size_t node) const {
    if (node == whole) return 1;
    const std::uint32_t most = most_often(node);
    return most > 1 ? most : seen_[node];
  }

  const Places& places_;
  std::string_view text_;
  std::vector<std::uint32_t> seen_;  ///< by node
  std::vector<Field> fields_;
  std::array<std::size_t, segments_max> way_{};  ///< the nodes of what is open; none when on no way
  std::size_t depth_ = 0;                        ///< open containers
  std::size_t here_ = whole;  ///< the node of the next value; none when on no way
};

Places::Places(std::span<const std::string_view> pointers)
    : pointers_(pointers.begin(), pointers.end()), nodes_(1) {
  node_of_.reserve(pointers.size());
  for (std::string_view pointer : pointers) {
    std::size_t node = 0;
    std::size_t depth = 0;
    for (; !pointer.empty(); ++depth) {
      if (pointer.front() != '/' || depth == segments_max) {
        throw std::invalid_argument("JSON pointer: expected at most 16 parts that start with /");
      }
      const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
      node = child(node, unescaped(pointer.substr(1, end - 1)));
      pointer.remove_prefix(end);
    }
    if (nodes_[node].place != Node::none) throw std::invalid_argument("JSON pointer: given twice");
    nodes_[node].place = node_of_.size();
    node_of_.push_back(node);
    depth_ = std::max(depth_, depth);
  }
}

std::size_t Places::child(std::size_t node, std::string name) {
  for (const std::size_t known : nodes_[node].children) {
    if (nodes_[known].name == name) return known;
  }
  const std::size_t added = nodes_.size();
  nodes_[node].children.push_back(added);
  nodes_.push_back({.name = std::move(name), .parent = node});
  return added;
}

Result<std::vector<Field>> pick(std::string_view text, const Places& places, const Limits& limits) {
  thread_local Strings strings;
  Picker picker(places, text);
  if (auto refused = size_refused(text, limits)) return *std::move(refused);
  auto refused = parse_into(picker, strings, text, limits);
  strings.shrink_to(kept_bytes);
  if (refused) return *std::move(refused);
  return picker.take();
}

}  // namespace hookswitch::json
