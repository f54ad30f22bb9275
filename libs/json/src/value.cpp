#include "integer.hpp"
#include "tape.hpp"

#include <hookswitch/json/document.hpp>

#include <charconv>

namespace hookswitch::json {

Value::Kind Value::kind() const { return absent_ ? Kind::absent : (*tape_)[node_].kind; }

std::string Value::path() const {
  std::string path = tape_->path(node_);
  if (absent_) {
    append_segment(path, missing_index_ == no_index
                             ? missing_name_
                             : std::string_view(std::to_string(missing_index_)));
  }
  return path;
}

Value Value::missing(std::string_view name, std::uint32_t index) const {
  if (absent_) return *this;
  Value value = *this;
  value.absent_ = true;
  value.missing_name_ = name;
  value.missing_index_ = index;
  return value;
}

Value Value::operator[](std::string_view member) const {
  Value found = missing(member, no_index);
  if (kind() != Kind::object) return found;
  tape_->for_each_member(node_, [&](std::string_view name, std::uint32_t index) {
    if (name != member) return true;
    found = Value(tape_, index);
    return false;
  });
  return found;
}

std::size_t Value::count(std::string_view member) const {
  std::size_t count = 0;
  if (kind() != Kind::object) return count;
  tape_->for_each_member(node_, [&](std::string_view name, std::uint32_t /*index*/) {
    count += name == member ? 1 : 0;
    return true;
  });
  return count;
}

std::size_t Value::size() const {
  const Kind k = kind();
  return k == Kind::array || k == Kind::object ? (*tape_)[node_].size : 0;
}

Value Value::at(std::size_t index) const {
  if (kind() != Kind::array || index >= size() || (*tape_)[node_].closed) {
    return missing({}, static_cast<std::uint32_t>(std::min<std::size_t>(index, no_index - 1)));
  }
  return {tape_, tape_->element((*tape_)[node_], index)};
}

std::vector<Value> Value::elements() const {
  std::vector<Value> all;
  if (kind() != Kind::array) return all;
  const Tape::Node& node = (*tape_)[node_];
  if (node.closed) return all;
  all.reserve(node.size);
  for (std::size_t i = 0; i < node.size; ++i) all.push_back({tape_, tape_->element(node, i)});
  return all;
}

std::vector<std::pair<std::string_view, Value>> Value::members() const {
  std::vector<std::pair<std::string_view, Value>> all;
  if (kind() != Kind::object) return all;
  all.reserve(size());
  tape_->for_each_member(node_, [&](std::string_view name, std::uint32_t index) {
    all.emplace_back(name, Value(tape_, index));
    return true;
  });
  return all;
}

std::vector<std::string_view> Value::member_names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : members()) names.push_back(name);
  return names;
}

Rejection Value::wrong_type(std::string_view expected) const {
  if (absent_) return {"missing_field", path(), "expected " + std::string(expected)};
  return {"wrong_type", path(), "expected " + std::string(expected)};
}

Result<std::string_view> Value::string() const {
  if (kind() != Kind::string) return wrong_type("string");
  return tape_->decoded((*tape_)[node_]);
}

Result<bool> Value::boolean() const {
  if (kind() != Kind::boolean) return wrong_type("boolean");
  return raw_json() == "true";
}

Result<std::int64_t> Value::integer() const {
  if (kind() != Kind::number) return wrong_type("integer");
  const auto integer = integer_of(raw_json());
  if (!integer) return wrong_type("integer of 64 bits");
  return *integer;
}

Result<Decimal> Value::decimal() const {
  if (kind() != Kind::number) return wrong_type("number");
  auto decimal = Decimal::parse(raw_json());
  if (!decimal) return Rejection{decimal.error().code, path(), decimal.error().message};
  return decimal;
}

Result<std::optional<std::string_view>> Value::optional_string() const {
  if (absent_or_null()) return std::optional<std::string_view>{};
  const auto read = string();
  if (!read) return read.error();
  return std::optional<std::string_view>(*read);
}

Result<std::optional<bool>> Value::optional_boolean() const {
  if (absent_or_null()) return std::optional<bool>{};
  const auto read = boolean();
  if (!read) return read.error();
  return std::optional<bool>(*read);
}

Result<std::optional<std::int64_t>> Value::optional_integer() const {
  if (absent_or_null()) return std::optional<std::int64_t>{};
  const auto read = integer();
  if (!read) return read.error();
  return std::optional<std::int64_t>(*read);
}

Result<std::optional<Decimal>> Value::optional_decimal() const {
  if (absent_or_null()) return std::optional<Decimal>{};
  const auto read = decimal();
  if (!read) return read.error();
  return std::optional<Decimal>(*read);
}

std::string_view Value::raw_json() const {
  return absent_ ? std::string_view{} : tape_->raw((*tape_)[node_]);
}

}  // namespace hookswitch::json
