#include "domain/rules.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace hookswitch::directory {
namespace rules {
namespace {

constexpr int minutes_of_day = 24 * 60;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

template <class Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool is_provider_number(std::string_view text) {
  return !text.empty() && text.size() <= 18 && text.front() != '0' && all(text, is_digit);
}

}  // namespace

bool is_entity_id(std::string_view text) {
  return !text.empty() && text.size() <= 63 && (is_lower(text[0]) || is_digit(text[0])) &&
         all(text, [](char c) { return is_lower(c) || is_digit(c) || c == '_' || c == '-'; });
}

bool is_e164(std::string_view text) {
  return text.size() >= 8 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
         all(text.substr(1), is_digit);
}

bool is_agent_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 && all(text, [](char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '_' || c == '-';
  });
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_name(std::string_view text) {
  constexpr std::size_t characters_max = 200;
  return !text.empty() && characters(text) <= characters_max && all(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20U && byte != 0x7FU;
  });
}

bool is_currency(std::string_view text) { return text.size() == 3 && all(text, is_upper); }

bool is_increments(int first_s, int next_s) {
  constexpr std::array<std::pair<int, int>, 4> known{{{60, 60}, {60, 1}, {30, 6}, {1, 1}}};
  return std::find(known.begin(), known.end(), std::pair{first_s, next_s}) != known.end();
}

std::optional<int> minute_of_day(std::string_view text) {
  const bool shaped = text.size() == 5 && text[2] == ':' && is_digit(text[0]) &&
                      is_digit(text[1]) && is_digit(text[3]) && is_digit(text[4]);
  if (!shaped) return std::nullopt;
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  const int minute = ((text[0] - '0') * 10 + (text[1] - '0')) * 60 + minutes;
  if (minutes > 59 || minute > minutes_of_day) return std::nullopt;
  return minute;
}

std::string format_minute(int minute) {
  const auto two = [](int value) {
    return std::string(value < 10 ? "0" : "") + std::to_string(value);
  };
  return two(minute / 60) + ":" + two(minute % 60);
}

bool is_id(Kind kind, std::string_view text) {
  switch (kind) {
    case Kind::number:
      return is_e164(text);
    case Kind::agent:
      return is_agent_id(text);
    case Kind::organizer:
    case Kind::event_type:
      return is_provider_number(text);
    case Kind::company:
    case Kind::branch:
    case Kind::service:
    case Kind::staff:
    case Kind::workspace:
    case Kind::plan:
      return is_entity_id(text);
  }
  return false;
}

}  // namespace rules

namespace {

constexpr int minutes_of_day = 24 * 60;
constexpr int minutes_of_week = 7 * minutes_of_day;

int begin_of(const OpeningHours& hours) {
  return (hours.weekday - 1) * minutes_of_day + hours.opens_minute;
}
int end_of(const OpeningHours& hours) {
  const int next_day = hours.closes_minute <= hours.opens_minute ? minutes_of_day : 0;
  return (hours.weekday - 1) * minutes_of_day + hours.closes_minute + next_day;
}

std::string place(const std::string& list, std::size_t index) {
  return "/" + list + "/" + std::to_string(index);
}

template <class T>
void refuse_repeats(const std::vector<T>& values, const std::string& list, Complaints& complaints) {
  std::set<T> seen;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!seen.insert(values[i]).second) {
      complaints.push_back({place(list, i), "is there twice"});
    }
  }
}

void check(const Branch& branch, Complaints& complaints) {
  const auto& hours = branch.opening_hours;
  for (std::size_t i = 0; i < hours.size(); ++i) {
    const bool last = i + 1 == hours.size();
    // The week is a ring: what is open over Sunday's end meets Monday.
    const int next = last ? begin_of(hours.front()) + minutes_of_week : begin_of(hours[i + 1]);
    if (end_of(hours[i]) <= next) continue;
    complaints.push_back({place("opening_hours", last ? 0 : i + 1),
                          "begins before the opening before it has ended"});
  }
}

void check(const PhoneNumber& number, Complaints& complaints) {
  if (number.ownerships.empty()) {
    complaints.push_back({"/ownerships", "must have a period; to give a number up, delete it"});
  }
  for (const auto& flaw : flaws_of(number.ownerships)) {
    complaints.push_back({place("ownerships", flaw.index), flaw.detail});
  }
}

void check(const Service& service, Complaints& complaints) {
  refuse_repeats(service.event_type_ids, "event_type_ids", complaints);
  refuse_repeats(service.branch_ids, "branch_ids", complaints);
  refuse_repeats(service.synonyms, "synonyms", complaints);
}

void check(const StaffMember& staff, Complaints& complaints) {
  refuse_repeats(staff.branch_ids, "branch_ids", complaints);
  refuse_repeats(staff.service_ids, "service_ids", complaints);
}

void check(const PricePlan& plan, Complaints& complaints) {
  if (plan.versions.empty()) complaints.push_back({"/versions", "must have a version"});
  for (std::size_t i = 0; i < plan.versions.size(); ++i) {
    const auto& version = plan.versions[i];
    const auto here = place("versions", i);
    if (version.version != static_cast<int>(i) + 1) {
      complaints.push_back({here + "/version", "must be " + std::to_string(i + 1)});
    }
    if (i > 0 && version.valid_from <= plan.versions[i - 1].valid_from) {
      complaints.push_back({here + "/valid_from", "must be after the version before it"});
    }
    if (!rules::is_increments(version.first_increment_s, version.next_increment_s)) {
      complaints.push_back({here + "/next_increment_s",
                            "with first_increment_s it must be 60/60, 60/1, 30/6 or 1/1"});
    }
  }
}

template <class Other>
void check(const Other& /*entity*/, Complaints& /*complaints*/) {}

}  // namespace

Entity normalised(Entity entity) {
  if (auto* branch = std::get_if<Branch>(&entity)) {
    std::stable_sort(
        branch->opening_hours.begin(), branch->opening_hours.end(),
        [](const auto& one, const auto& other) { return begin_of(one) < begin_of(other); });
  }
  if (auto* number = std::get_if<PhoneNumber>(&entity)) {
    number->ownerships = ordered(std::move(number->ownerships));
  }
  if (auto* workspace = std::get_if<Workspace>(&entity)) {
    auto& ids = workspace->company_ids;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  }
  return entity;
}

Complaints complaints_about(const Entity& entity) {
  Complaints complaints;
  std::visit([&complaints](const auto& one) { check(one, complaints); }, entity);
  return complaints;
}

Complaints complaints_about_change(const PricePlan& before, const PricePlan& after, TimePoint now) {
  Complaints complaints;
  const auto& olds = before.versions;
  const auto& news = after.versions;
  for (std::size_t i = 0; i < std::max(olds.size(), news.size()); ++i) {
    if (i < olds.size() && i < news.size() && olds[i] == news[i]) continue;
    const bool in_force = i < olds.size() && (i == 0 || olds[i].valid_from <= now);
    if (in_force) {
      complaints.push_back({i < news.size() ? place("versions", i) : "/versions",
                            "version " + std::to_string(i + 1) +
                                " is in force: it cannot be changed, only followed by another"});
    } else if (i < news.size() && news[i].valid_from <= now) {
      complaints.push_back(
          {place("versions", i) + "/valid_from", "a new version must begin after now"});
    }
  }
  return complaints;
}

}  // namespace hookswitch::directory
