#include <hookswitch/core/time.hpp>

#include <algorithm>
#include <cstdint>

namespace hookswitch {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr TimePoint earliest{sys_days{year{0} / 1 / 1}};
constexpr TimePoint latest{sys_days{year{10000} / 1 / 1} - Milliseconds{1}};

void append_digits(std::string& out, std::int64_t value, int width) {
  for (std::int64_t unit = width == 4 ? 1000 : width == 3 ? 100 : 10; unit > 0; unit /= 10) {
    out.push_back(static_cast<char>('0' + value / unit % 10));
  }
}

/// Walks over a text; every read says whether it matched.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool digits(int width, int& value) {
    value = 0;
    for (int i = 0; i < width; ++i) {
      if (text_.empty() || !is_digit(text_.front())) return false;
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return true;
  }
  bool one_of(std::string_view allowed, char& found) {
    if (text_.empty() || allowed.find(text_.front()) == std::string_view::npos) return false;
    found = text_.front();
    text_.remove_prefix(1);
    return true;
  }
  bool literal(char expected) {
    char found = 0;
    return one_of({&expected, 1}, found);
  }
  /// ".207999": 1 to 9 digits, of which the first three count.
  bool fraction(int& millis) {
    millis = 0;
    int count = 0;
    while (!text_.empty() && is_digit(text_.front()) && count < 10) {
      if (count < 3) millis = millis * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
      ++count;
    }
    for (int i = count; i < 3; ++i) millis *= 10;
    return count >= 1 && count <= 9;
  }
  [[nodiscard]] bool at_end() const { return text_.empty(); }
  [[nodiscard]] bool next_is(char c) const { return !text_.empty() && text_.front() == c; }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  std::string_view text_;
};

bool read_offset(Cursor& cursor, minutes& offset) {
  char sign = 0;
  if (!cursor.one_of("Zz+-", sign)) return false;
  if (sign == 'Z' || sign == 'z') return true;
  int h = 0;
  int m = 0;
  if (!cursor.digits(2, h) || !cursor.literal(':') || !cursor.digits(2, m)) return false;
  if (h > 23 || m > 59) return false;
  offset = (sign == '-' ? -1 : 1) * (hours{h} + minutes{m});
  return true;
}

}  // namespace

std::string format_rfc3339(TimePoint instant) {
  const TimePoint shown = std::clamp(instant, earliest, latest);
  const auto date_part = std::chrono::floor<days>(shown);
  const year_month_day date{date_part};
  const std::int64_t ms = (shown - date_part).count();
  std::string out;
  out.reserve(24);
  append_digits(out, int{date.year()}, 4);
  out.push_back('-');
  append_digits(out, unsigned{date.month()}, 2);
  out.push_back('-');
  append_digits(out, unsigned{date.day()}, 2);
  out.push_back('T');
  append_digits(out, ms / 3'600'000, 2);
  out.push_back(':');
  append_digits(out, ms / 60'000 % 60, 2);
  out.push_back(':');
  append_digits(out, ms / 1'000 % 60, 2);
  out.push_back('.');
  append_digits(out, ms % 1'000, 3);
  out.push_back('Z');
  return out;
}

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
  Cursor cursor(text);
  int y = 0;
  int mo = 0;
  int d = 0;
  int h = 0;
  int mi = 0;
  int s = 0;
  int ms = 0;
  char separator = 0;
  if (!cursor.digits(4, y) || !cursor.literal('-') || !cursor.digits(2, mo) ||
      !cursor.literal('-') || !cursor.digits(2, d) || !cursor.one_of("Tt", separator) ||
      !cursor.digits(2, h) || !cursor.literal(':') || !cursor.digits(2, mi) ||
      !cursor.literal(':') || !cursor.digits(2, s)) {
    return std::nullopt;
  }
  if (cursor.next_is('.') && (!cursor.literal('.') || !cursor.fraction(ms))) return std::nullopt;
  minutes offset{0};
  if (!read_offset(cursor, offset) || !cursor.at_end()) return std::nullopt;
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                            day{static_cast<unsigned>(d)}};
  if (!date.ok() || h > 23 || mi > 59 || s > 60) return std::nullopt;
  const auto minute = sys_days{date} + hours{h} + minutes{mi} - offset;
  // A leap second exists only as 23:59:60 UTC; POSIX time shows it as the following second.
  if (s == 60 && minute - std::chrono::floor<days>(minute) != hours{23} + minutes{59}) {
    return std::nullopt;
  }
  return minute + seconds{s} + Milliseconds{s == 60 ? 0 : ms};
}

TimePoint SystemClock::now() const {
  return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

MonotonicClock::MonotonicClock()
    : made_at_(SystemClock().now()), made_at_steady_(std::chrono::steady_clock::now()) {}

TimePoint MonotonicClock::now() const {
  return made_at_ +
         std::chrono::floor<Milliseconds>(std::chrono::steady_clock::now() - made_at_steady_);
}

}  // namespace hookswitch
