#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/time.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace hookswitch::routing {

/// [from, until): who has a number in that time. An absent end is open.
struct Ownership {
  TenantId company;
  std::optional<TimePoint> from;
  std::optional<TimePoint> until;
  friend bool operator==(const Ownership&, const Ownership&) = default;
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};
template <class T>
using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// What belongs to whom, as the directory topic says it: a plain value. A reader gets a const one,
/// so it needs no lock.
struct DirectoryIndex {
  std::unordered_set<std::string, TextHash, std::equal_to<>> companies;
  ByText<std::vector<Ownership>> numbers;                  ///< by E.164
  ByText<TenantId> agents;                                 ///< by Retell's agent id
  std::unordered_map<std::int64_t, TenantId> event_types;  ///< by Cal.com's event type id
  std::unordered_map<std::int64_t, TenantId> organizers;   ///< by Cal.com's user id
  ByText<std::vector<TenantId>> workspaces;  ///< the companies that a workspace's keys speak for

  /// Whose number it was at that instant. Nothing when nobody's, or when overlapping periods name
  /// different companies.
  [[nodiscard]] std::optional<TenantId> owner_of_number(std::string_view e164,
                                                        TimePoint instant) const;
  [[nodiscard]] std::optional<TenantId> owner_of_agent(std::string_view agent_id) const;
  [[nodiscard]] std::optional<TenantId> owner_of_event_type(std::int64_t id) const;
  [[nodiscard]] std::optional<TenantId> owner_of_organizer(std::int64_t id) const;
  [[nodiscard]] bool has_company(const TenantId& company) const;
  /// False for a workspace that the directory does not know.
  [[nodiscard]] bool may_speak_for(const WorkspaceId& workspace, const TenantId& company) const;
  /// Entities of all kinds.
  [[nodiscard]] std::size_t size() const;
};

}  // namespace hookswitch::routing
