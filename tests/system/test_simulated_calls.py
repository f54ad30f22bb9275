"""`hookswitch simulate calls`: many calls at once, and what it says of those that went wrong."""

import json
import subprocess
import tempfile
import unittest

from harness import CALLS, frozen, tail


def simulate(*flags: str) -> tuple[int, dict]:
    """Exit code and summary."""
    done = subprocess.run(["hookswitch", "simulate", "calls", *flags], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=200, check=False)
    assert done.stdout.count("\n") == 1, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
    return done.returncode, json.loads(done.stdout)


class SimulatedCalls(unittest.TestCase):
    def test_repeats_in_any_order_with_corrected_costs_all_become_what_they_should(self):
        flags = ("--count", "200", "--rate", "200", "--duplicates", "10", "--shuffle", "--corrections", "20")
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as answers:
            code, said = simulate(*flags, "--answers", answers.name)
            ids = [json.loads(line)["id"] for line in answers]
        self.assertEqual((code, said["good"], said["problems"]), (0, True, []), said)
        self.assertEqual(sum(fates["good"] for fates in said["classes"].values()), 200)
        self.assertEqual(sum(fates["good"] for fates in said["tenants"].values()), 200)
        self.assertEqual(set(said["tenants"]), {"lindenhof", "aurora"})
        for name, fates in said["classes"].items():
            self.assertGreater(fates["good"], 0, name)
        sent = said["webhooks"]
        self.assertEqual(sent["accepted"], sent["sent"])
        self.assertGreater(sent["repeats"], 20)
        self.assertEqual((len(ids), len(set(ids))), (sent["accepted"], sent["accepted"] - sent["repeats"]))

        # The same calls once more are nothing but repeats.
        before = len(tail(CALLS))
        code, again = simulate(*flags, "--seed", str(said["seed"]))
        self.assertEqual((code, again["classes"]), (0, said["classes"]), again)
        self.assertEqual(len(tail(CALLS)), before)

    def test_bodies_of_a_megabyte_pass_beside_ordinary_ones(self):
        code, said = simulate("--count", "40", "--rate", "100", "--large", "10", "--seed", "20")
        self.assertEqual(code, 0, said)
        sent = said["webhooks"]
        ordinary, large = sent["body_bytes"]["ordinary"], sent["body_bytes"]["large"]
        self.assertEqual(ordinary["count"] + large["count"], sent["accepted"])
        self.assertGreaterEqual(large["count"], 2, "call_ended and call_analyzed of one call at least")
        self.assertGreater(large["least"], 900_000)
        self.assertLess(large["most"], 1_500_000)
        self.assertGreater(ordinary["least"], 950, "1 KB, as a company's short name leaves it")
        self.assertLessEqual(ordinary["most"], 25 * 1024)
        self.assertGreater(ordinary["most"], 15_000, "transcripts, not only what never connected")

    def test_a_number_that_nobody_owns_is_unresolved(self):
        code, said = simulate("--count", "20", "--rate", "200", "--patience", "5",
                              "--tenants", "lindenhof,nobody=+4930999999")
        self.assertEqual((code, said["good"]), (1, False), said)
        nobody, lindenhof = said["tenants"]["nobody"], said["tenants"]["lindenhof"]
        self.assertEqual(nobody["unresolved"], nobody["calls"])
        self.assertEqual(lindenhof["good"], lindenhof["calls"])
        self.assertGreater(nobody["calls"], 0)
        self.assertEqual({problem["tenant"] for problem in said["problems"]}, {"nobody"})

    def test_events_of_another_company_than_expected_are_wrong(self):
        code, said = simulate("--count", "3", "--rate", "50", "--patience", "5", "--tenants", "aurora=+493023125017")
        self.assertEqual(code, 1, said)
        self.assertEqual(said["tenants"]["aurora"]["wrong"], 3)

    def test_a_webhook_that_is_not_genuine_is_not_accepted(self):
        code, said = simulate("--count", "3", "--rate", "50", "--patience", "5", "--key", "key_of_somebody_else", "--attempts", "9")
        self.assertEqual(code, 1, said)
        self.assertEqual(said["webhooks"]["accepted"], 0)
        self.assertEqual(sum(fates["not_accepted"] for fates in said["classes"].values()), 3)

    def test_events_that_do_not_come_are_missed(self):
        with frozen("call-processing"):
            code, said = simulate("--count", "3", "--rate", "50", "--patience", "2")
        self.assertEqual(code, 1, said)
        self.assertIs(said["read_to_the_end"], False)
        self.assertEqual(sum(fates["incomplete"] for fates in said["classes"].values()), 3)
        self.assertRegex(said["problems"][0]["why"], "^lacks Call")

    def test_what_makes_no_sense_is_wrong_use(self):
        for flags in ([], ["--count", "0", "--rate", "1"], ["--count", "1", "--rate", "0"],
                      ["--count", "1", "--rate", "1", "--tenants", "nobody"],
                      ["--count", "1", "--rate", "1", "--duplicates", "101"]):
            done = subprocess.run(["hookswitch", "simulate", "calls", *flags], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual((done.returncode, done.stdout), (2, ""), flags)


if __name__ == "__main__":
    unittest.main()
