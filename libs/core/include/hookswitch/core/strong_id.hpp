#pragma once
#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace hookswitch {

/// A text identifier that cannot be mistaken for another kind of identifier.
template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}

  [[nodiscard]] const std::string& str() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  friend auto operator<=>(const StrongId&, const StrongId&) = default;

 private:
  std::string value_;
};

/// A company that uses Hookswitch ("lindenhof").
using TenantId = StrongId<struct TenantIdTag>;
/// A set of provider keys, bound to one or more tenants ("default").
using WorkspaceId = StrongId<struct WorkspaceIdTag>;

}  // namespace hookswitch

template <class Tag>
struct std::hash<hookswitch::StrongId<Tag>> {
  std::size_t operator()(const hookswitch::StrongId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
