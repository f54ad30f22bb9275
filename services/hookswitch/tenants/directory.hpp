#pragma once
#include <hookswitch/core/result.hpp>
#include <hookswitch/directory/v1/directory.pb.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hookswitch::cli {

namespace schema = hookswitch::directory::v1;

/// The current state of the directory, by the keys of its topic's records without the type. Value
/// type.
struct Directory {
  std::map<std::string, schema::Company, std::less<>> companies;
  std::map<std::string, schema::Branch, std::less<>> branches;
  std::map<std::string, schema::Service, std::less<>> services;
  std::map<std::string, schema::StaffMember, std::less<>> staff;
  std::map<std::string, schema::PhoneNumber, std::less<>> numbers;
  std::map<std::string, schema::Agent, std::less<>> agents;
  std::map<std::string, schema::EventType, std::less<>> event_types;
  std::map<std::string, schema::Organizer, std::less<>> organizers;
  std::map<std::string, schema::Workspace, std::less<>> workspaces;
  std::map<std::string, schema::PricePlan, std::less<>> plans;

  /// Takes one record: the entity's whole state, or nothing when it is gone. Entities of a type
  /// that this build does not know are passed over. Throws RejectionError when the value is not
  /// what the key says.
  void apply(std::string_view key, std::optional<std::string_view> value);
};

}  // namespace hookswitch::cli
