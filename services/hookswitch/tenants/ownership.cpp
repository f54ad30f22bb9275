#include "ownership.hpp"

#include <algorithm>
#include <limits>

namespace hookswitch::cli {
namespace {

namespace schema = hookswitch::directory::v1;
using Ownership = schema::NumberOwnership;

std::int64_t begin_of(const Ownership& ownership) {
  return ownership.has_from_ms() ? ownership.from_ms() : std::numeric_limits<std::int64_t>::min();
}
std::int64_t end_of(const Ownership& ownership) {
  return ownership.has_until_ms() ? ownership.until_ms() : std::numeric_limits<std::int64_t>::max();
}
bool overlap(const Ownership& one, const Ownership& other) {
  return begin_of(one) < end_of(other) && begin_of(other) < end_of(one);
}

Ownership ownership_of(const NumberClaim& claim) {
  Ownership ownership;
  ownership.set_company_id(claim.company_id);
  if (claim.number.from) ownership.set_from_ms(to_epoch_ms(*claim.number.from));
  if (claim.number.until) ownership.set_until_ms(to_epoch_ms(*claim.number.until));
  return ownership;
}

void refuse_overlap_within(const std::vector<NumberClaim>& claims, Complaints& complaints) {
  for (std::size_t later = 1; later < claims.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      if (!overlap(ownership_of(claims[later]), ownership_of(claims[earlier]))) continue;
      complaints.push_back(claims[later].path + ": " + claims[later].number.e164 +
                           " is declared for " + claims[earlier].company_id + " and for " +
                           claims[later].company_id + " at the same time");
    }
  }
}

/// Another company's ownership that the directory has, under one claim: ended, or complained about.
void yield(Ownership& current, const Ownership& claim, const NumberClaim& source,
           Complaints& complaints) {
  if (!overlap(current, claim)) return;
  if (!current.has_until_ms() && claim.has_from_ms() && begin_of(current) < claim.from_ms()) {
    current.set_until_ms(claim.from_ms());
    return;
  }
  complaints.push_back(source.path + ": " + source.number.e164 + " belongs to " +
                       current.company_id() + ", so it cannot belong to " + claim.company_id() +
                       " at the same time; to move it, say `from`");
}

}  // namespace

schema::PhoneNumber claimed(const schema::PhoneNumber& current,
                            const std::vector<NumberClaim>& claims, Complaints& complaints) {
  refuse_overlap_within(claims, complaints);
  std::vector<Ownership> owners(current.ownerships().begin(), current.ownerships().end());
  for (const auto& claim : claims) {
    std::erase_if(owners, [wanted = ownership_of(claim)](const Ownership& owner) {
      return owner.company_id() == wanted.company_id() && overlap(owner, wanted);
    });
  }
  for (const auto& claim : claims) {
    const auto wanted = ownership_of(claim);
    for (auto& owner : owners) yield(owner, wanted, claim, complaints);
  }
  for (const auto& claim : claims) owners.push_back(ownership_of(claim));
  std::sort(owners.begin(), owners.end(), [](const Ownership& one, const Ownership& other) {
    return begin_of(one) < begin_of(other);
  });
  schema::PhoneNumber number;
  number.set_e164(claims.front().number.e164);
  for (auto& owner : owners) *number.add_ownerships() = std::move(owner);
  return number;
}

}  // namespace hookswitch::cli
