#include "adapters/appointment_store_postgres.hpp"
#include "adapters/booking_batch_handler.hpp"
#include "adapters/uid_owners.hpp"
#include "component/database.hpp"
#include "subscriptions.hpp"
#include "support/appointment_store_memory.hpp"
#include "support/deliveries.hpp"
#include "support/webhooks.hpp"

#include <hookswitch/messaging/database_checks.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <random>

namespace hookswitch::booking::testing {
namespace {

using Words = std::vector<std::string>;
const auto november = from_epoch_ms(1'795'800'000'000);
const TenantId lindenhof("lindenhof");
const TenantId aurora("aurora");

std::vector<messaging::Outcome> handle(postgres::Transaction& transaction, const Batch& batch,
                                       TimePoint now) {
  telemetry::Registry registry;
  BookingBatchHandler handler(subscriptions(),
                              std::make_unique<AppointmentStorePostgres>(transaction),
                              WebhookProbe(registry));
  return handler.handle(batch.deliveries(), now);
}

Words commit(BookingDatabase& database, const Batch& batch,
             const std::vector<TenantId>& tenants = {lindenhof, aurora}, TimePoint now = november) {
  postgres::Transaction transaction(database.app, tenants);
  const auto outcomes = handle(transaction, batch, now);
  transaction.commit();
  return words_of(outcomes);
}

/// Applies webhooks one transaction each; what was told.
std::vector<Emission> commit_each(BookingDatabase& database, const std::vector<Sent>& sent,
                                  TimePoint now_is = now()) {
  std::vector<Emission> told;
  for (const auto& one : sent) {
    postgres::Transaction transaction(database.app, std::vector{lindenhof, aurora});
    AppointmentStorePostgres store(transaction);
    Appointments open(now_is);
    Mentioned mentioned;
    mentioned.bookings[one.webhook.tenant].insert(one.webhook.uid);
    const auto& facts = one.webhook.facts;
    if (facts.predecessor) mentioned.bookings[one.webhook.tenant].insert(*facts.predecessor);
    if (facts.claimed_call) mentioned.calls_claimed[one.webhook.tenant].insert(*facts.claimed_call);
    store.open(mentioned, now_is - root_patience, open);
    for (auto& emission : one.use_case(open, one.webhook)) told.push_back(std::move(emission));
    store.save(open, now_is);
    transaction.commit();
  }
  return told;
}

/// What lies in the tables of the appointment of that booking.
AppointmentState loaded(BookingDatabase& database, const std::string& uid) {
  postgres::Transaction transaction(database.app, std::vector{lindenhof});
  AppointmentStorePostgres store(transaction);
  Appointments open(now());
  Mentioned mentioned;
  mentioned.bookings[lindenhof].insert(BookingUid(uid));
  store.open(mentioned, from_epoch_ms(0), open);
  REQUIRE(open.open().size() == 1);
  return open.open().front().state();
}

}  // namespace

TEST_CASE("an appointment lies in the tables as its webhooks said") {
  BookingDatabase database;
  CHECK(commit(database, Batch().created().rescheduled().cancelled()) ==
        Words{"AppointmentBooked", "AppointmentRescheduled", "AppointmentCancelled"});
  CHECK(database.seen("SELECT status || ' ' || version || ' ' || current_uid || ' ' || starts_at_ms"
                      " FROM booking.appointment") ==
        "cancelled 3 " + second_uid + " 1795784400000");
  CHECK(database.seen("SELECT count(*) FROM booking.statement") == "3");
  CHECK(database.seen("SELECT count(DISTINCT founder) FROM booking.booking") == "1");
  CHECK(database.seen("SELECT reason FROM booking.statement WHERE said = 6") == "Erkältet");
  CHECK(commit(database, Batch().cancelled().rescheduled().created()).empty());
}

TEST_CASE("what is loaded is what was saved, in every order") {
  const std::vector<Sent> sent{created("A"),
                               rescheduled("B", "A", 2),
                               rescheduled("C", "B", 3),
                               cancelled("C"),
                               no_show("C"),
                               paid("A")};
  Appointments in_memory(now());
  apply(in_memory, sent);
  auto expected = in_memory.open().front().state();
  expected.told.clear();
  expected.version = 0;
  std::mt19937 random(7);
  for (int round = 0; round < 6; ++round) {
    auto order = sent;
    order.push_back(sent[static_cast<std::size_t>(round)]);
    std::shuffle(order.begin(), order.end(), random);
    BookingDatabase database;
    commit_each(database, order);
    auto state = loaded(database, "B");
    state.told.clear();
    state.version = 0;
    state.founder = expected.founder;
    CHECK(state == expected);
    CHECK(database.seen("SELECT count(*) FROM booking.appointment WHERE taken_over_by IS NULL") ==
          "1");
  }
}

TEST_CASE("one transaction or many: the same is told") {
  const std::vector<Sent> sent{cancelled("B", 3),        created("A"),    rescheduled("B", "A", 2),
                               rescheduled("C", "B", 4), no_show("C", 1), no_show("C", 0, 12)};
  Appointments in_memory(now());
  const auto expected = apply(in_memory, sent);
  BookingDatabase database;
  CHECK(commit_each(database, sent) == expected);
}

TEST_CASE("the webhooks of one tenant are not to be seen by another") {
  BookingDatabase database;
  commit(database, Batch().created());
  for (const auto* table : {"booking", "appointment", "statement", "appointment_told", "call",
                            "call_claim", "kept_webhook"}) {
    INFO(table);
    postgres::Transaction transaction(database.app, std::vector{aurora});
    CHECK(transaction.execute("SELECT 1 FROM booking." + std::string(table)).empty());
  }
  {
    postgres::Transaction nobody(database.app, {});
    CHECK(nobody.execute("SELECT 1 FROM booking.booking").empty());
  }
  CHECK_NOTHROW(messaging::require_guarded_tenants(database.app, "booking", {"uid_owner"}));
  CHECK_THROWS(messaging::require_guarded_tenants(database.app, "booking"));
}

TEST_CASE("two tenants with one uid have an appointment each") {
  BookingDatabase database;
  const auto body = sample("calcom_booking_created");
  commit(database, Batch().created().add("BOOKING_CREATED", first_uid, body, "aurora", "aurora"));
  CHECK(database.seen("SELECT count(*) FROM booking.appointment") == "2");
}

TEST_CASE("whose a booking is can be found by what names no tenant, through its workspace only") {
  BookingDatabase database;
  commit(database, Batch().rescheduled());
  const auto body = sample("calcom_booking_no_show_updated");
  const auto ours = envelope_for("BOOKING_NO_SHOW_UPDATED", second_uid, body, "");
  const auto theirs = envelope_for("BOOKING_NO_SHOW_UPDATED", second_uid, body, "", "aurora");
  const auto unknown = envelope_for("BOOKING_NO_SHOW_UPDATED", first_uid, body, "");
  const std::vector<const events::Envelope*> asked{&ours, &theirs, &unknown};
  CHECK(find_tenants(database.app, asked) ==
        std::vector<std::optional<TenantId>>{lindenhof, std::nullopt, std::nullopt});
}

TEST_CASE("a webhook that waited takes effect once when its booking becomes known") {
  BookingDatabase database;
  CHECK(commit(database, Batch().no_show(), {}).empty());
  CHECK(database.seen("SELECT count(*) FROM booking.waiting_webhook") == "1");
  CHECK(commit(database, Batch().rescheduled()) ==
        Words{"AppointmentBooked", "AppointmentRescheduled", "AppointmentNoShow"});
  CHECK(database.seen("SELECT count(*) FROM booking.waiting_webhook") == "0");
  CHECK_THROWS_AS(commit(database, Batch().no_show(), {}), postgres::Conflict);
  CHECK(commit(database, Batch().no_show().belonging_to("lindenhof")).empty());
}

TEST_CASE(
    "a webhook that waits is shown to whom its booking is proven to belong, to nobody before") {
  BookingDatabase database;
  const auto shown_to = [&](const std::vector<TenantId>& tenants) {
    postgres::Transaction transaction(database.app, tenants);
    return transaction.execute("SELECT body FROM booking.waiting_webhook").size() +
           transaction.execute("DELETE FROM booking.waiting_webhook RETURNING body").size();
  };
  commit(database, Batch().no_show(), {});
  for (const auto& tenants : std::vector<std::vector<TenantId>>{{}, {lindenhof}, {aurora}}) {
    CHECK(shown_to(tenants) == 0);
  }
  CHECK(commit(database, Batch().no_show(), {}).empty());  // once more: still one
  CHECK(database.seen("SELECT count(*) FROM booking.waiting_webhook") == "1");
  // As it is for a moment, inside the transaction that claims the booking.
  postgres::Connection superuser(at(database.database.superuser_url()));
  postgres::execute_alone(superuser, "UPDATE booking.uid_owner SET tenant_id = 'lindenhof'");
  CHECK(shown_to({aurora}) == 0);
  CHECK(shown_to({}) == 0);
  CHECK(shown_to({aurora, lindenhof}) == 2);
}

TEST_CASE("one that waits and one that claims the booking at the same time find one another") {
  BookingDatabase database;
  postgres::Connection other(at(database.database.app_url()));
  for (const bool claim_first : {true, false}) {
    const auto uid = std::string("uid") + (claim_first ? "1" : "2");
    const std::vector<UidClaim> claim{{"default", BookingUid(uid), lindenhof}};
    const std::vector<WaitingWebhook> waiting{{uuid_v5(hookswitch_namespace, uid), "default",
                                               BookingUid(uid), "BOOKING_PAID", november, "{}"}};
    postgres::Transaction first(database.app, std::vector{lindenhof});
    std::ignore = claim_first ? claim_uids(first, claim, {}) : claim_uids(first, {}, waiting);
    auto second = std::async(std::launch::async, [&] {
      postgres::Transaction transaction(other, std::vector{lindenhof});
      const auto taken =
          claim_first ? claim_uids(transaction, {}, waiting) : claim_uids(transaction, claim, {});
      transaction.commit();
      return taken.size();
    });
    CHECK(second.wait_for(std::chrono::milliseconds{200}) == std::future_status::timeout);
    first.commit();
    if (claim_first) {
      CHECK_THROWS_AS(second.get(), postgres::Conflict);
    } else {
      CHECK(second.get() == 1);
    }
  }
}

TEST_CASE("two transactions about one tenant's appointments go one after the other") {
  BookingDatabase database;
  postgres::Connection other(at(database.database.app_url()));
  postgres::Transaction first(database.app, std::vector{lindenhof});
  CHECK(words_of(handle(first, Batch().created(), november)) == Words{"AppointmentBooked"});
  auto second = std::async(std::launch::async, [&] {
    postgres::Transaction transaction(other, std::vector{lindenhof});
    const auto words = words_of(handle(transaction, Batch().rescheduled(), november));
    transaction.commit();
    return words;
  });
  CHECK(second.wait_for(std::chrono::milliseconds{200}) == std::future_status::timeout);
  first.commit();
  CHECK(second.get() == Words{"AppointmentRescheduled"});
}

TEST_CASE("a call that the tenant has is linked, before or after; another tenant's never") {
  BookingDatabase database;
  CHECK(commit(database, Batch().call(call_id, "aurora").created()) == Words{"AppointmentBooked"});
  CHECK(commit(database, Batch().call(call_id, "aurora")).empty());
  CHECK(commit(database, Batch().call(call_id)) == Words{"AppointmentBooked"});
  CHECK(loaded(database, first_uid).calls_known == std::set{CallId(call_id)});
  CHECK(commit(database, Batch().rescheduled()) == Words{"AppointmentRescheduled"});
}

TEST_CASE("what no use case takes is kept as it came") {
  BookingDatabase database;
  const std::string body = R"({"triggerEvent":"RECORDING_READY","payload":{"uid":"u"}})";
  CHECK(commit(database, Batch().add("RECORDING_READY", "u", body)) == Words{"ignored"});
  CHECK(database.seen("SELECT body FROM booking.kept_webhook WHERE tenant_id = 'lindenhof'") ==
        body);
}

TEST_CASE("a chain without its root speaks with a later webhook of its tenant") {
  BookingDatabase database;
  CHECK(commit_each(database, {rescheduled("C", "B")}).empty());
  CHECK(database.seen("SELECT count(*) FROM booking.appointment WHERE appointment_id IS NULL") ==
        "1");
  const auto other = with(sample("calcom_booking_created"), first_uid, "another");
  CHECK(commit(database, Batch().add("BOOKING_CREATED", "another", other), {lindenhof},
               now() + root_patience) ==
        Words{"AppointmentBooked", "AppointmentBooked", "AppointmentRescheduled"});
}

TEST_CASE("a webhook that waits for its booking is kept for 35 days") {
  BookingDatabase database;
  postgres::Connection superuser(at(database.database.superuser_url()));
  postgres::Connection owner(at(database.database.owner_url()));
  for (const int days : {34, 36}) {
    postgres::execute_alone(
        superuser,
        "INSERT INTO booking.waiting_webhook SELECT gen_random_uuid(), 'default', $1::text,"
        " 'BOOKING_PAID', (extract(epoch FROM now()) * 1000)::bigint -"
        " $1::bigint * 86400000, '{}'",
        std::vector<postgres::Parameter>{std::to_string(days)});
  }
  const std::string visible = "SELECT string_agg(uid, ' ') FROM booking.waiting_webhook";
  CHECK(postgres::execute_alone(owner, visible).text(0, 0) == "36");  // what is to go, no more
  telemetry::Registry registry;
  forget_old_waiting(owner, registry);
  CHECK(database.seen(visible) == "34");
  forget_old_waiting(owner, registry);
  CHECK_THAT(registry.scrape(), Catch::Contains("hookswitch_waiting_webhooks_forgotten_total 1"));
}

TEST_CASE("partitions are made four months ahead, once") {
  BookingDatabase database;
  const std::string count =
      "SELECT count(*) FROM pg_inherits WHERE inhparent = 'booking.statement'::regclass";
  CHECK(database.seen(count) == "5");
  postgres::Connection owner(at(database.database.owner_url()));
  messaging::make_month_partitions(owner, "booking");
  CHECK(database.seen(count) == "5");
}

}  // namespace hookswitch::booking::testing
