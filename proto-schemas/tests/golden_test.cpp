#include <hookswitch/billing/v1/billing_events.pb.h>
#include <hookswitch/bookings/v1/booking_events.pb.h>
#include <hookswitch/calls/v1/call_events.pb.h>
#include <hookswitch/directory/v1/access.pb.h>
#include <hookswitch/directory/v1/directory.pb.h>

#include <catch2/catch.hpp>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace pb = google::protobuf;

namespace {

std::filesystem::path golden_folder() {
  const char* root = std::getenv("HOOKSWITCH_SOURCE_DIR");
  REQUIRE(root != nullptr);
  return std::filesystem::path(root) / "proto-schemas" / "golden";
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  INFO(path.string());
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// "hookswitch.calls.v1.CallEnded.1.bin" is the first golden of hookswitch.calls.v1.CallEnded.
std::string message_of(const std::filesystem::path& path) { return path.stem().stem().string(); }

std::vector<std::filesystem::path> goldens() {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(golden_folder())) {
    if (entry.path().extension() == ".bin") all.push_back(entry.path());
  }
  return all;
}

std::unique_ptr<pb::Message> empty_message(const std::string& name) {
  const auto* descriptor = pb::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
  INFO(name);
  REQUIRE(descriptor != nullptr);
  return std::unique_ptr<pb::Message>(
      pb::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
}

/// The messages that go on the bus: those that are not a part of another one.
std::set<std::string> event_messages() {
  const std::vector<const pb::FileDescriptor*> files{
      hookswitch::billing::v1::ChargePriced::descriptor()->file(),
      hookswitch::bookings::v1::AppointmentBooked::descriptor()->file(),
      hookswitch::calls::v1::CallEnded::descriptor()->file(),
      hookswitch::directory::v1::AccessToken::descriptor()->file(),
      hookswitch::directory::v1::Company::descriptor()->file()};
  std::set<std::string> messages;
  std::set<std::string> parts;
  for (const auto* file : files) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      messages.insert(file->message_type(i)->full_name());
      for (int f = 0; f < file->message_type(i)->field_count(); ++f) {
        const auto* part = file->message_type(i)->field(f)->message_type();
        if (part != nullptr) parts.insert(part->full_name());
      }
    }
  }
  for (const auto& part : parts) messages.erase(part);
  return messages;
}

}  // namespace

TEST_CASE("bytes that were ever written are still read, field by field", "[schemas]") {
  REQUIRE(goldens().size() >= 15);
  for (const auto& path : goldens()) {
    INFO(path.filename().string());
    const auto read = empty_message(message_of(path));
    REQUIRE(read->ParseFromString(contents(path)));
    std::vector<const pb::FieldDescriptor*> set;
    read->GetReflection()->ListFields(*read, &set);
    CHECK_FALSE(set.empty());
    CHECK(read->GetReflection()->GetUnknownFields(*read).empty());

    const auto meant = empty_message(message_of(path));
    auto text = path;
    REQUIRE(
        pb::TextFormat::ParseFromString(contents(text.replace_extension(".txtpb")), meant.get()));
    pb::util::MessageDifferencer differencer;
    std::string difference;
    differencer.ReportDifferencesToString(&difference);
    CHECK(differencer.Compare(*meant, *read));
    CHECK(difference.empty());
  }
}

TEST_CASE("every message that goes on the bus has golden bytes", "[schemas]") {
  std::set<std::string> covered;
  for (const auto& path : goldens()) covered.insert(message_of(path));
  for (const std::string& message : event_messages()) {
    INFO(message << ": see proto-schemas/README.md on how to add golden bytes");
    CHECK(covered.contains(message));
  }
}

TEST_CASE("every field of the released schemas occurs in some golden", "[schemas]") {
  pb::FileDescriptorSet released;
  REQUIRE(released.ParseFromString(contents(golden_folder() / "released.binpb")));
  std::set<std::string> occurring;
  for (const auto& path : goldens()) {
    const auto read = empty_message(message_of(path));
    REQUIRE(read->ParseFromString(contents(path)));
    std::vector<const pb::FieldDescriptor*> set;
    read->GetReflection()->ListFields(*read, &set);
    for (const auto* field : set) occurring.insert(field->full_name());
  }
  const auto events = event_messages();
  std::size_t checked = 0;
  for (const auto& file : released.file()) {
    for (const auto& message : file.message_type()) {
      const std::string name = file.package() + "." + message.name();
      if (!events.contains(name)) continue;
      for (const auto& field : message.field()) {
        INFO(name << "." << field.name());
        CHECK(occurring.contains(name + "." + field.name()));
        ++checked;
      }
    }
  }
  CHECK(checked >= 50);
}

TEST_CASE("a reader of today passes over the fields of tomorrow", "[schemas]") {
  hookswitch::calls::v1::CallEnded tomorrow;
  tomorrow.set_call_id("call_1");
  tomorrow.GetReflection()->MutableUnknownFields(&tomorrow)->AddLengthDelimited(900, "new");
  hookswitch::calls::v1::CallEnded today;
  REQUIRE(today.ParseFromString(tomorrow.SerializeAsString()));
  CHECK(today.call_id() == "call_1");
  CHECK_FALSE(today.has_duration_ms());
}
