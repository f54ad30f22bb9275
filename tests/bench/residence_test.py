"""A process that keeps growing is found out; one that only warms up is not accused."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/fault"), str(ROOT / "deploy/local")]

import ledger
import residence


def judged(seconds: int, mib_at, compared=((1200.0, 1300.0), (1500.0, 1600.0)), born: int = 0) -> tuple[list, str]:
    """Violations, and what is told of it."""
    findings = ledger.Findings()
    samples = {"door": [(1000.0 + second, mib_at(second)) for second in range(born, seconds)]}
    residence.judge(findings, samples, list(compared))
    return findings.violations, *findings.counts.values()


class Judging(unittest.TestCase):
    def test_what_grows_all_the_time_is_found_out(self):
        violations, told = judged(600, lambda second: 100 + second / 20)
        self.assertEqual(len(violations), 1, told)

    def test_what_only_warms_up_is_flat(self):
        violations, told = judged(600, lambda second: min(100, 50 + second))
        self.assertEqual(violations, [])
        self.assertIn("100.0, 100.0 (1.000)", told)

    def test_one_peak_is_no_growth(self):
        self.assertEqual(judged(600, lambda second: 300 if 550 < second < 560 else 100)[0], [])

    def test_who_was_not_there_all_the_time_is_found_out(self):
        violations, told = judged(600, lambda second: 100, born=510)
        self.assertEqual(len(violations), 1, told)

    def test_nobody_is_judged_by_a_short_time(self):
        violations, told = judged(100, lambda second: 100 + second, ((1010.0, 1015.0), (1050.0, 1055.0)))
        self.assertEqual(violations, [])
        self.assertIn("not judged", told)


if __name__ == "__main__":
    unittest.main()
