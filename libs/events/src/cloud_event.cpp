#include <hookswitch/events/cloud_event.hpp>

#include <charconv>

namespace hookswitch::events {
namespace {

constexpr std::string_view spec_version = "1.0";

Rejection not_a_cloud_event(std::string_view header, std::string_view why) {
  return {"not_a_cloud_event", std::string(header), std::string(why)};
}

/// Reads the headers of one record; the first thing that is wrong stays.
class HeaderReader {
 public:
  explicit HeaderReader(const InboundRecord& record) : record_(record) {}

  std::string required(std::string_view name) {
    const auto value = record_.header(name);
    if (!value || value->empty()) {
      refuse(name, value ? "empty" : "missing");
      return {};
    }
    return std::string(*value);
  }
  std::string optional(std::string_view name) const {
    return std::string(record_.header(name).value_or(std::string_view{}));
  }
  Uuid required_uuid(std::string_view name) { return uuid(name, record_.header(name)); }
  std::optional<Uuid> optional_uuid(std::string_view name) {
    const auto value = record_.header(name);
    if (!value) return std::nullopt;
    return uuid(name, value);
  }
  TimePoint required_time(std::string_view name) {
    const auto value = record_.header(name);
    const auto time = value ? parse_rfc3339(*value) : std::nullopt;
    if (!time) refuse(name, value ? "expected an RFC 3339 instant" : "missing");
    return time.value_or(TimePoint{});
  }
  std::optional<std::int64_t> optional_integer(std::string_view name) {
    const auto value = record_.header(name);
    if (!value) return std::nullopt;
    std::int64_t number = 0;
    const char* end = value->data() + value->size();
    const auto [stop, error] = std::from_chars(value->data(), end, number);
    if (error != std::errc{} || stop != end) refuse(name, "expected an integer");
    return number;
  }
  void refuse(std::string_view name, std::string_view why) {
    if (!rejection_) rejection_ = not_a_cloud_event(name, why);
  }
  [[nodiscard]] const std::optional<Rejection>& rejection() const { return rejection_; }

 private:
  Uuid uuid(std::string_view name, std::optional<std::string_view> value) {
    const auto parsed = value ? Uuid::parse(*value) : std::nullopt;
    if (!parsed) refuse(name, value ? "expected a UUID" : "missing");
    return parsed.value_or(Uuid{});
  }

  const InboundRecord& record_;
  std::optional<Rejection> rejection_;
};

/// Length-prefixed, so that no two lists of parts give one name.
void append_part(std::string& name, std::string_view part) {
  name.append(std::to_string(part.size())).append(":").append(part).append(",");
}

Uuid derived_id(std::string_view kind, std::string_view first, std::string_view second,
                std::string_view third) {
  std::string name;
  name.reserve(kind.size() + first.size() + second.size() + third.size() + 20);
  for (const std::string_view part : {kind, first, second, third}) append_part(name, part);
  return uuid_v5(hookswitch_namespace, name);
}

}  // namespace

Headers to_headers(const Envelope& envelope) {
  Headers headers;
  const auto add = [&headers](std::string_view name, std::string_view value) {
    headers.add(name, value);
  };
  const auto add_if_any = [&headers](std::string_view name, std::string_view value) {
    if (!value.empty()) headers.add(name, value);
  };
  add("ce_specversion", spec_version);
  add("ce_id", envelope.id.to_string());
  add("ce_source", envelope.source);
  add("ce_type", envelope.type);
  add("ce_time", format_rfc3339(envelope.time));
  add_if_any("ce_subject", envelope.subject);
  add_if_any("ce_dataschema", envelope.data_schema);
  add_if_any("content-type", envelope.content_type);
  if (envelope.tenant) add("ce_tenantid", envelope.tenant->str());
  add_if_any("ce_correlationid", envelope.correlation_id);
  if (envelope.causation_id) add("ce_causationid", envelope.causation_id->to_string());
  if (envelope.sequence) add("ce_sequence", std::to_string(*envelope.sequence));
  add_if_any("traceparent", envelope.trace_parent);
  add_if_any("ce_provider", envelope.provider);
  add_if_any("ce_event", envelope.event);
  add_if_any("ce_workspace", envelope.workspace);
  return headers;
}

Result<Envelope> envelope_of(const InboundRecord& record) {
  HeaderReader reader(record);
  Envelope envelope;
  if (reader.required("ce_specversion") != spec_version) {
    reader.refuse("ce_specversion", "expected 1.0");
  }
  envelope.id = reader.required_uuid("ce_id");
  envelope.source = reader.required("ce_source");
  envelope.type = reader.required("ce_type");
  envelope.time = reader.required_time("ce_time");
  envelope.subject = reader.optional("ce_subject");
  envelope.data_schema = reader.optional("ce_dataschema");
  envelope.content_type = reader.optional("content-type");
  if (record.header("ce_tenantid")) envelope.tenant = TenantId(reader.required("ce_tenantid"));
  envelope.correlation_id = reader.optional("ce_correlationid");
  envelope.causation_id = reader.optional_uuid("ce_causationid");
  envelope.sequence = reader.optional_integer("ce_sequence");
  envelope.trace_parent = reader.optional("traceparent");
  envelope.provider = reader.optional("ce_provider");
  envelope.event = reader.optional("ce_event");
  envelope.workspace = reader.optional("ce_workspace");
  if (const auto& rejection = reader.rejection()) return *rejection;
  return envelope;
}

Uuid webhook_id(std::string_view provider, const WorkspaceId& workspace,
                std::string_view body_sha256) {
  return derived_id("webhook", provider, workspace.str(), body_sha256);
}

Uuid domain_event_id(std::string_view aggregate, std::string_view type,
                     std::string_view revision_content_digest) {
  return derived_id("event", aggregate, type, revision_content_digest);
}

}  // namespace hookswitch::events
