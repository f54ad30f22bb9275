#include "routing_fields.hpp"

#include <hookswitch/routing/retell_body.hpp>

#include <array>

namespace hookswitch::routing {
namespace {

constexpr std::size_t event_bytes_max = 128;
constexpr std::size_t id_bytes_max = 256;

/// Places in `pointers`. The members of one object keep their order, so that a place is object +
/// member.
enum Place : std::size_t {
  event,
  event_timestamp,
  call,
  call_inbound = 10,
  chat_inbound = 15,
  chat = 20
};
constexpr std::size_t call_id = 1, call_type = 2, direction = 3, from = 4, to = 5, agent = 6,
                      start = 7;
constexpr std::size_t inbound_id = 1, inbound_from = 2, inbound_to = 3, inbound_agent = 4;
constexpr std::size_t chat_id = 1, chat_agent = 2;

constexpr std::array<std::string_view, 23> pointers{"/event",
                                                    "/event_timestamp",  //
                                                    "/call",
                                                    "/call/call_id",
                                                    "/call/call_type",
                                                    "/call/direction",
                                                    "/call/from_number",
                                                    "/call/to_number",
                                                    "/call/agent_id",
                                                    "/call/start_timestamp",  //
                                                    "/call_inbound",
                                                    "/call_inbound/call_id",
                                                    "/call_inbound/from_number",
                                                    "/call_inbound/to_number",
                                                    "/call_inbound/agent_id",  //
                                                    "/chat_inbound",
                                                    "/chat_inbound/chat_id",
                                                    "/chat_inbound/from_number",
                                                    "/chat_inbound/to_number",
                                                    "/chat_inbound/agent_id",  //
                                                    "/chat",
                                                    "/chat/chat_id",
                                                    "/chat/agent_id"};
static_assert(pointers[call_inbound] == "/call_inbound" && pointers[chat] == "/chat");

/// Reads on after a failure would hide it: the first one stays.
class Reader {
 public:
  explicit Reader(const RoutingFields& fields) : fields_(fields) {}

  void text(std::size_t place, std::string& into) { take(fields_.text(place, id_bytes_max), into); }
  void required(std::size_t place, std::string& into, std::size_t bytes_max = id_bytes_max) {
    take(fields_.required_text(place, bytes_max), into);
  }
  void instant(std::size_t place, std::optional<TimePoint>& into) {
    std::optional<std::int64_t> ms;
    take(fields_.integer(place), ms);
    if (ms) into = from_epoch_ms(*ms);
  }
  void object(std::size_t place) {
    bool there = false;
    take(fields_.object(place), there);
    if (!failure_ && !there) {
      failure_ =
          Rejection{"missing_field", std::string(pointers[place]), "an object is required here"};
    }
  }
  [[nodiscard]] const std::optional<Rejection>& failure() const { return failure_; }

 private:
  template <class Read, class T>
  void take(Result<Read> read, T& into) {
    if (failure_) return;
    if (read) {
      into = *std::move(read);
    } else {
      failure_ = read.error();
    }
  }

  const RoutingFields& fields_;
  std::optional<Rejection> failure_;
};

void read_call(Reader& reader, RetellFacts& facts) {
  facts.topic = RetellTopic::call;
  reader.object(call);
  reader.required(call + call_id, facts.subject);
  reader.text(call + call_type, facts.call_type);
  reader.text(call + direction, facts.direction);
  reader.text(call + from, facts.from_number);
  reader.text(call + to, facts.to_number);
  reader.text(call + agent, facts.agent_id);
  reader.instant(call + start, facts.instant);
}

void read_inbound(Reader& reader, std::size_t object, RetellFacts& facts) {
  facts.topic = RetellTopic::inbound;
  reader.object(object);
  reader.text(object + inbound_id, facts.subject);
  reader.text(object + inbound_from, facts.from_number);
  reader.text(object + inbound_to, facts.to_number);
  reader.text(object + inbound_agent, facts.agent_id);
  reader.instant(event_timestamp, facts.instant);
}

void read_chat(Reader& reader, RetellFacts& facts) {
  facts.topic = RetellTopic::chat;
  reader.object(chat);
  reader.required(chat + chat_id, facts.subject);
  reader.text(chat + chat_agent, facts.agent_id);
}

/// Retell adds event names: one that we do not know passes, by its call when it has one.
void read_subject(const RoutingFields& fields, Reader& reader, RetellFacts& facts) {
  const std::string_view name = facts.event;
  if (name == "call_inbound") return read_inbound(reader, call_inbound, facts);
  if (name == "chat_inbound") return read_inbound(reader, chat_inbound, facts);
  if (name.starts_with("chat_")) return read_chat(reader, facts);
  if (name == "transcript_updated" && fields.is_empty(call) && fields.is_object(chat)) {
    return read_chat(reader, facts);
  }
  if (name.starts_with("call_") || name.starts_with("transfer_") || name == "transcript_updated" ||
      fields.is_object(call)) {
    return read_call(reader, facts);
  }
  facts.topic = RetellTopic::unknown;
}

}  // namespace

Result<RetellFacts> read_retell_body(std::string_view body) {
  static const json::Places places(pointers);
  const auto fields = RoutingFields::read(body, places);
  if (!fields) return fields.error();
  Reader reader(*fields);
  RetellFacts facts;
  reader.required(event, facts.event, event_bytes_max);
  if (!reader.failure()) read_subject(*fields, reader, facts);
  if (const auto& failure = reader.failure()) return *failure;
  return facts;
}

}  // namespace hookswitch::routing
