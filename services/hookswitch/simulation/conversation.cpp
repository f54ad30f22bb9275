#include "conversation.hpp"

#include "random.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace hookswitch::cli {
namespace {

struct Exchange {
  const char* caller;
  const char* agent;
};

constexpr std::array given_names{"Jana",  "Jürgen", "Zoë",   "Mehmet", "Käthe",   "Björn",
                                 "Agnès", "Łukasz", "Irene", "Søren",  "Annelie", "Bülent"};
constexpr std::array family_names{
    "Weiß",   "Groß",     "Müller-Lüdenscheidt", "Yıldız",  "Schröder",
    "Nguyễn", "Kowalski", "von der Höh",         "Öztürk",  "Strauß",
    "Bäcker", "d’Angelo", "Jägermann",           "Søgaard", "Kühn"};
constexpr std::array services{"eine Erstberatung",      "die Nachkontrolle",
                              "eine Zahnreinigung",     "Schneiden und Färben",
                              "ein Vorsorgegespräch",   "die große Physiotherapie",
                              "eine Bartpflege",        "das Abholen der Maßschuhe",
                              "einen Rückbildungskurs", "die jährliche Überprüfung"};
constexpr std::array days{"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"};
constexpr std::array times{"acht Uhr fünfzehn",    "neun Uhr",          "halb zehn",
                           "zehn Uhr dreißig",     "elf Uhr fünfzehn",  "zwölf Uhr",
                           "vierzehn Uhr dreißig", "Viertel nach drei", "siebzehn Uhr"};

constexpr std::array wishes{
    Exchange{"Guten Morgen, {name}, ich hätte gern einen Termin für {dienst}, am liebsten "
             "{tag} Vormittag.",
             "Sehr gern, {name}. Einen Moment bitte, ich schaue in den Kalender."},
    Exchange{"Ja, hallo, hier ist {name}. Es geht um {dienst}. Haben Sie diese Woche noch etwas "
             "frei?",
             "Guten Tag, {name}. Ich sehe gleich nach, was noch möglich ist."},
    Exchange{"Grüß Gott, {name} am Apparat, ich müsste {dienst} verschieben.",
             "Kein Problem, {name}, das bekommen wir hin. Ich öffne den Kalender."},
};

constexpr std::array middle{
    Exchange{"Geht es auch etwas später? Ich muss die Kinder erst in die Kita bringen.",
             "Dann hätte ich noch {zeit} oder {zeit2} im Angebot."},
    Exchange{"Wie lange dauert das denn ungefähr?",
             "Planen Sie bitte fünfundvierzig Minuten ein, beim ersten Besuch eine Stunde."},
    Exchange{"Muss ich etwas mitbringen, Überweisung oder Versichertenkarte?",
             "Die Versichertenkarte genügt; Unterlagen, falls Sie welche haben, sehr gern."},
    Exchange{
        "Und wo kann ich bei Ihnen parken?",
        "Im Hof sind drei Plätze für Gäste, sonst in der Straße gegenüber, dort mit Parkscheibe."},
    Exchange{"Entschuldigung, die Verbindung war gerade schlecht. Können Sie das bitte "
             "wiederholen?",
             "Natürlich: {tag}, {zeit}, für {dienst}."},
    Exchange{
        "Was kostet das eigentlich, wenn man privat zahlt?",
        "Das hängt vom Aufwand ab. Üblich sind „zwischen vierzig und neunzig Euro“, genau sagt "
        "es Ihnen das Team vor Ort."},
    Exchange{"Meine Nummer haben Sie ja, oder soll ich sie noch einmal durchgeben?",
             "Ich sehe die Nummer, von der Sie anrufen. Die nehme ich für die Erinnerung."},
    Exchange{"Ähm, warten Sie, ich schaue eben in meinen eigenen Kalender … {tag} wäre mir lieber.",
             "Gern. Am {tag} ist {zeit} frei, danach erst wieder {zeit2}."},
    Exchange{"Ist bei Ihnen auch samstags jemand da?",
             "Jeden zweiten Samstag von neun bis dreizehn Uhr, nach Vereinbarung."},
    Exchange{"Spreche ich da eigentlich mit einem Menschen?",
             "Ich bin die Telefonassistenz von {firma} und kann Termine für Sie eintragen."},
    Exchange{"Kann meine Mutter mitkommen? Sie sitzt im Rollstuhl.",
             "Selbstverständlich. Der Eingang ist ebenerdig, und die Türen sind breit genug."},
};

constexpr std::array endings{
    Exchange{"{zeit} passt gut, den nehme ich.",
             "Dann trage ich Sie ein: {tag}, {zeit}. Sie bekommen gleich eine Bestätigung. Auf "
             "Wiederhören!"},
    Exchange{"Hm, das überlege ich mir noch, ich melde mich wieder.",
             "Jederzeit gern. Einen schönen Tag Ihnen, auf Wiederhören!"},
};

using Facts = std::map<std::string, std::string, std::less<>>;

/// `text` with each {word} replaced by what is known of it.
std::string filled(std::string_view text, const Facts& facts) {
  std::string made;
  while (true) {
    const auto open = text.find('{');
    made += text.substr(0, open);
    if (open == std::string_view::npos) return made;
    const auto close = text.find('}', open);
    made += facts.find(text.substr(open + 1, close - open - 1))->second;
    text.remove_prefix(close + 1);
  }
}

std::size_t words_in(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

class Talk {
 public:
  Talk(std::uint64_t seed, const std::string& company) : random_(seed) {
    said_.caller = std::string(random_.one_of(given_names)) + ' ' + random_.one_of(family_names);
    said_.service = random_.one_of(services);
    facts_ = {{"firma", company}, {"name", said_.caller}, {"dienst", said_.service}};
    clock_ms_ = random_.between(600, 1500);
  }

  Conversation hold(std::size_t words_min) {
    say(true, "{firma}, guten Tag, was kann ich für Sie tun?");
    exchange(random_.one_of(wishes));
    say(true, "Am {tag} hätte ich {zeit} oder {zeit2}.");
    while (words_ < words_min) exchange(random_.one_of(middle));
    said_.booked = random_.percent(70);
    exchange(endings[said_.booked ? 0 : 1]);
    say(false, "Danke, tschüss!");
    said_.length_ms = clock_ms_;
    return std::move(said_);
  }

 private:
  void exchange(const Exchange& exchange) {
    facts_["tag"] = random_.one_of(days);
    facts_["zeit"] = random_.one_of(times);
    facts_["zeit2"] = random_.one_of(times);
    say(false, exchange.caller);
    say(true, exchange.agent);
  }

  void say(bool by_agent, std::string_view words) {
    auto text = filled(words, facts_);
    words_ += words_in(text);
    const auto starts = clock_ms_;
    for (std::string_view rest = text; !rest.empty();) {
      const auto space = std::min(rest.find(' '), rest.size());
      clock_ms_ += spoken_ms(rest.substr(0, space));
      rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    said_.turns.push_back({by_agent, std::move(text), starts});
    clock_ms_ += random_.between(300, 2500);
  }

  Random random_;
  Facts facts_{};
  Conversation said_;
  std::int64_t clock_ms_ = 0;
  std::size_t words_ = 0;
};

}  // namespace

std::int64_t spoken_ms(std::string_view word) {
  return 120 + 35 * static_cast<std::int64_t>(word.size());
}

Conversation converse(std::uint64_t seed, const std::string& company, std::size_t words_min) {
  return Talk(seed, company).hold(words_min);
}

}  // namespace hookswitch::cli
