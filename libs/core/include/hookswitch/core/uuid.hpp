#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch {

/// A UUID of RFC 9562. Value type.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// Lower-case, with hyphens.
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// Version 5 (SHA-1 of namespace and name): the same name, the same id, for ever. Throws
/// std::runtime_error when OpenSSL has no SHA-1 or no memory. Thread safe.
[[nodiscard]] Uuid uuid_v5(const Uuid& name_space, std::string_view name);

/// The namespace of every id that Hookswitch derives. Never changes.
inline constexpr Uuid hookswitch_namespace{{0x6b, 0x1f, 0x5c, 0x0e, 0x2d, 0x7a, 0x5e, 0x41, 0x9b,
                                            0x52, 0x0d, 0x3c, 0x7e, 0x61, 0xa4, 0x18}};

}  // namespace hookswitch

template <>
struct std::hash<hookswitch::Uuid> {
  std::size_t operator()(const hookswitch::Uuid& uuid) const noexcept;
};
