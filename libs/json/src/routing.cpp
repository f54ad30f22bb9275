#include "parse.hpp"

#include <hookswitch/json/routing.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

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

/// One pointer and how far the parser's present place lies on its way.
struct Wanted {
  std::array<std::string_view, segments_max> segments;  ///< as written, escapes included
  std::array<std::size_t, segments_max> seen{};  ///< how often each part of the way has occurred
  std::size_t length = 0;
  bool escapes = false;     ///< some segment holds ~0 or ~1
  std::size_t matched = 0;  ///< leading segments that lead to the present place
  Field field;

  explicit Wanted(std::string_view pointer) {
    while (!pointer.empty()) {
      if (pointer.front() != '/' || length == segments_max) {
        throw std::invalid_argument("JSON pointer: expected at most 16 parts that start with /");
      }
      const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
      const std::string_view segment = pointer.substr(1, end - 1);
      escapes |= segment.find('~') != std::string_view::npos && !unescaped(segment).empty();
      segments[length++] = segment;
      pointer.remove_prefix(end);
    }
  }
  void key(std::size_t depth, std::string_view name) {
    matched = std::min(matched, depth - 1);
    if (matched != depth - 1 || length < depth || !names(depth - 1, name)) return;
    ++matched;
    ++seen[depth - 1];
  }
  [[nodiscard]] bool names(std::size_t index, std::string_view name) const {
    return escapes ? unescaped(segments[index]) == name : segments[index] == name;
  }
  [[nodiscard]] bool here(std::size_t depth) const { return matched == length && depth == length; }
  [[nodiscard]] bool first() const {
    return std::all_of(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(length),
                       [](std::size_t count) { return count == 1; });
  }
  [[nodiscard]] std::size_t count() const {
    if (length == 0) return 1;
    const std::size_t most =
        *std::max_element(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(length));
    return most > 1 ? most : seen[length - 1];
  }
};

/// The sink: keeps what is wanted, forgets the rest.
class Picker {
 public:
  Picker(std::span<const std::string_view> pointers, std::string_view text) : text_(text) {
    wanted_.reserve(pointers.size());
    for (const std::string_view pointer : pointers) {
      depth_max_ = std::max(depth_max_, wanted_.emplace_back(pointer).length);
    }
  }

  void scalar(Value::Kind kind, std::size_t offset, std::size_t length) {
    value(kind, kind == Value::Kind::null ? std::string_view{} : text_.substr(offset, length));
  }
  void string(const DecodedString& decoded, std::size_t /*offset*/, std::size_t /*length*/) {
    value(Value::Kind::string, decoded.characters);
  }
  void key(const DecodedString& name) {
    if (depth_ > depth_max_) return;
    for (Wanted& wanted : wanted_) wanted.key(depth_, name.characters);
  }
  void begin(Value::Kind kind, std::size_t /*offset*/) {
    value(kind, {});
    ++depth_;
  }
  void end(std::size_t /*closing_offset*/) { --depth_; }

  [[nodiscard]] std::vector<Field> take() {
    std::vector<Field> fields;
    fields.reserve(wanted_.size());
    for (Wanted& wanted : wanted_) {
      wanted.field.count = wanted.count();
      fields.push_back(std::move(wanted.field));
    }
    return fields;
  }

 private:
  void value(Value::Kind kind, std::string_view text) {
    if (depth_ > depth_max_) return;
    for (Wanted& wanted : wanted_) {
      if (!wanted.here(depth_) || !wanted.first()) continue;
      wanted.field.kind = kind;
      wanted.field.text = text;
    }
  }

  std::string_view text_;
  std::vector<Wanted> wanted_;
  std::size_t depth_ = 0;  ///< open containers
  std::size_t depth_max_ = 0;
};

}  // namespace

Result<std::vector<Field>> pick(std::string_view text, std::span<const std::string_view> pointers,
                                const Limits& limits) {
  thread_local Strings strings;
  Picker picker(pointers, text);
  if (auto refused = size_refused(text, limits)) return *std::move(refused);
  auto refused = parse_into(picker, strings, text, limits);
  strings.shrink_to(kept_bytes);
  if (refused) return *std::move(refused);
  return picker.take();
}

}  // namespace hookswitch::json
