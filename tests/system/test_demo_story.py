"""The demo call of the samples, from the provider's three webhooks to the events that subscribers read."""

import unittest

from harness import (BILLING, CALLS, RAW, call_body, charges_of, events_of, new_call_id, post, send_retell, tail, type_of,
                     wait_for)

STORY = ("call_started", "call_ended", "call_analyzed")
EVENTS = ("CallStarted", "CallEnded", "CallAnalyzed", "CallCostReported")


class DemoStory(unittest.TestCase):
    def test_three_webhooks_of_a_call_become_its_four_events(self):
        call_id = new_call_id()
        for event in STORY:
            status, _, body = send_retell(call_body(event, call_id))
            self.assertEqual(status, 202, body)
        events = events_of(call_id, *EVENTS)
        self.assertEqual(sorted(map(type_of, events)), sorted(EVENTS))
        for event in events:
            self.assertEqual(event["topic"], CALLS)
            self.assertEqual(event["key"], call_id)
            headers = event["headers"]
            self.assertEqual(headers["ce_tenantid"], "lindenhof")
            self.assertEqual(headers["ce_correlationid"], call_id)
            self.assertEqual(headers["ce_source"], "hookswitch/call-processing")
            self.assertEqual(headers["content-type"], "application/protobuf")
            self.assertEqual(event["data"]["call_id"], call_id)

    def test_the_webhook_on_the_bus_is_the_bytes_that_were_sent(self):
        call_id = new_call_id()
        sent = call_body("call_started", call_id)
        self.assertEqual(send_retell(sent)[0], 202)
        raw = wait_for("the raw webhook", lambda: tail(RAW, call_id))[0]
        self.assertEqual(raw["headers"]["ce_provider"], "retell")
        self.assertEqual(raw["headers"]["ce_event"], "call_started")
        self.assertEqual(raw["headers"]["ce_workspace"], "default")
        self.assertEqual(raw["headers"]["ce_tenantid"], "lindenhof")
        self.assertEqual(raw["data"]["call"]["call_id"], call_id)

    def test_a_repeated_delivery_is_acknowledged_with_the_same_id_and_changes_nothing(self):
        call_id = new_call_id()
        bodies = [call_body(event, call_id) for event in STORY]
        first = [send_retell(body)[2] for body in bodies]
        again = [send_retell(body)[2] for body in bodies]
        self.assertEqual(first, again)
        events_of(call_id, *EVENTS)
        marker = new_call_id()  # what comes later on has been through the same topics
        for event in STORY:
            send_retell(call_body(event, marker))
        events_of(marker, *EVENTS)
        self.assertEqual(sorted(map(type_of, events_of(call_id, *EVENTS))), sorted(EVENTS))

    def test_webhooks_in_the_wrong_order_end_in_the_same_events(self):
        ids = {}
        call_id = new_call_id()
        for event in reversed(STORY):
            self.assertEqual(send_retell(call_body(event, call_id))[0], 202)
        for event in events_of(call_id, *EVENTS):
            ids.setdefault(type_of(event), set()).add(event["headers"]["ce_id"])
        self.assertEqual(ids.keys(), set(EVENTS))
        for name in ("CallStarted", "CallEnded"):
            self.assertEqual(len(ids[name]), 1, "a lifecycle event has one id, whatever the order")

    def test_a_call_that_never_connected_becomes_one_event(self):
        call_id = new_call_id()
        body = call_body("call_ended_not_connected", call_id)
        self.assertEqual(send_retell(body)[0], 202)
        self.assertEqual([type_of(event) for event in events_of(call_id, "CallNotConnected")], ["CallNotConnected"])

    def test_the_call_is_charged_to_the_millionth_once(self):
        call_id = new_call_id()
        for event in ("call_analyzed", "call_started", "call_ended", "call_analyzed"):
            self.assertEqual(send_retell(call_body(event, call_id))[0], 202)
        # 174.25 s at 0.15 EUR a minute in 60/60 are three minutes; 22.1666725 cents is what the provider charges.
        events = wait_for("the charge with the provider's cost", lambda: [
            event for event in charges_of(call_id, "UsageRecorded", "ChargePriced") if event["data"].get("cost_e6")])
        latest = events[-1]
        self.assertEqual(latest["topic"], BILLING)
        self.assertEqual((latest["data"]["net_e6"], latest["data"]["currency"]), ("450000", "EUR"))
        self.assertEqual((latest["data"]["billable_ms"], latest["data"]["increments"]), ("180000", "3"))
        self.assertEqual((latest["data"]["cost_e6"], latest["data"]["cost_currency"]), ("221667", "USD"))
        self.assertNotIn("margin_e6", latest["data"], "euros and dollars have no difference")
        everything = charges_of(call_id, "ChargePriced")
        self.assertEqual([event["headers"]["ce_sequence"] for event in everything],
                         [str(i + 1) for i in range(len(everything))])
        self.assertEqual([type_of(event) for event in everything].count("ChargePriced"), 1)
        for event in everything:
            headers = event["headers"]
            self.assertEqual(event["key"], everything[0]["key"])
            self.assertEqual(event["key"], headers["ce_subject"])
            self.assertEqual(headers["ce_tenantid"], "lindenhof")
            self.assertEqual(headers["ce_source"], "hookswitch/billing")

    def test_a_call_that_never_connected_is_charged_with_nothing(self):
        call_id = new_call_id()
        self.assertEqual(send_retell(call_body("call_ended_not_connected", call_id))[0], 202)
        usage, charge = charges_of(call_id, "UsageRecorded", "ChargePriced")[:2]
        self.assertFalse(usage["data"]["connected"])
        self.assertEqual(charge["data"]["net_e6"], "0")

    def test_an_event_of_tomorrow_and_unknown_fields_pass(self):
        call_id = new_call_id()
        body = call_body("call_started", call_id, a_field_of_tomorrow={"deep": [1, 2]})
        self.assertEqual(send_retell(body)[0], 202)
        events_of(call_id, "CallStarted")
        future = body.replace(b'"call_started"', b'"call_transferred_to_mars"', 1)
        self.assertEqual(send_retell(future)[0], 202)


class NotFromRetell(unittest.TestCase):
    def test_nothing_unsigned_reaches_the_bus(self):
        call_id = new_call_id()
        status, _, _ = post("/webhooks/retell", call_body("call_started", call_id), {"Content-Type": "application/json"})
        self.assertEqual(status, 401)
        self.assertEqual(tail(RAW, call_id), [])


if __name__ == "__main__":
    unittest.main()
