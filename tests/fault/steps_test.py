"""Whoever names a step in a service's source has it killed at, or is told that this run does not understand the name."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/simulators"), str(ROOT / "tests/fault"), str(ROOT / "deploy/local")]

import kill_everything
import ledger
import steps
from faults import Fault


class Steps(unittest.TestCase):
    def test_what_a_source_names(self):
        text = """faults_.reached("door.opened"); parts.faults->reached("door.shut");
                  constexpr LockSteps locking{"door.before_lock", "door.after_lock"};
                  faults_.reached(steps_.before_lock);"""
        self.assertEqual(steps.own_steps("door", text), {"opened", "shut", "before_lock", "after_lock"})

    def test_what_is_named_in_another_way_is_no_silent_gap(self):
        for text in ('faults_.reached("window.opened");', "faults_.reached(name_);", "faults_.reached(steps_.opened);"):
            with self.assertRaises(RuntimeError, msg=text):
                steps.own_steps("door", text)

    def test_the_real_sources_name_some_everywhere(self):
        self.assertIn("outbox_loaded", steps.of("directory", True))
        self.assertIn("polled", steps.of("billing", True))
        self.assertNotIn("outbox_loaded", steps.of("billing", True))
        self.assertIn("draining", steps.of("ingress", False))

    def test_a_step_that_nothing_died_at_is_a_violation(self):
        named = [Fault("step", "door", "opened"), Fault("step", "door", "shut")]
        for struck, violations in ((named, 0), (named[:1], 1), ([Fault("kill", "door")], 1)):
            findings = ledger.Findings()
            kill_everything.check_faults(findings, struck, named)
            self.assertEqual(len(findings.violations), violations, struck)


if __name__ == "__main__":
    unittest.main()
