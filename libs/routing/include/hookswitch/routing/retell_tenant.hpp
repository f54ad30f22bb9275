#pragma once
#include <hookswitch/core/strong_id.hpp>
#include <hookswitch/core/time.hpp>
#include <hookswitch/routing/directory_index.hpp>
#include <hookswitch/routing/resolution.hpp>

#include <optional>
#include <string>
#include <vector>

namespace hookswitch::routing {

/// What a Retell webhook is about (contracts §2.2).
enum class RetellTopic {
  call,  ///< has a call object: call_*, transfer_*, transcript_updated, and unknown names with one
  inbound,  ///< call_inbound, chat_inbound: asked before there is a call or chat
  chat,     ///< has a chat object
  unknown,  ///< a name we do not know, without a call
};

/// What routing needs of a Retell webhook. Metadata is not among it: it never decides a tenant.
struct RetellFacts {
  std::string event;
  RetellTopic topic = RetellTopic::unknown;
  std::string subject;  ///< call id or chat id; may be empty for `inbound` and `unknown`
  std::string call_type;
  std::string direction;
  std::string from_number;
  std::string to_number;
  std::string agent_id;
  /// When the call began, or when an inbound question was asked: a number may have changed hands
  /// since.
  std::optional<TimePoint> instant;
};

/// Whose webhook it is (design.md §5 rule 2). `received` stands in for an absent instant. Pure.
[[nodiscard]] Resolution resolve(const RetellFacts& facts, const WorkspaceId& workspace,
                                 TimePoint received, const DirectoryIndex& directory);

/// The entities of which one has to change before resolve() gives another answer, by their keys on
/// the directory topic ("number/+493023125017"), each once. None when it is Resolved, and where no
/// entity has a say. Pure.
[[nodiscard]] std::vector<std::string> waits_for(const RetellFacts& facts,
                                                 const WorkspaceId& workspace, TimePoint received,
                                                 const DirectoryIndex& directory);

}  // namespace hookswitch::routing
